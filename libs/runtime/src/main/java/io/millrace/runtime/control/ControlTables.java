package io.millrace.runtime.control;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.model.TenantId;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.kafka.KafkaSettings;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The copy of the topic {@code control} in this process: read from the beginning at start, then followed.
 *
 * <p>Decisions come from memory and never wait. While the broker is away the copy stays as it is; nothing can be
 * changed then either. Safe for any thread.
 */
public final class ControlTables implements Service, AccessControl, MeterBinder {
    private final ControlState state;
    private final ControlReader reader;

    public ControlTables(KafkaSettings settings, Clock clock) {
        state = new ControlState(clock);
        reader = new ControlReader(settings, state);
    }

    @Override
    public String name() {
        return "control-tables";
    }

    /** Begins to read; returns at once. {@link #check} says when the end has been reached. */
    @Override
    public void start() {
        reader.start();
    }

    @Override
    public Health check() {
        return state.ready() ? Health.READY : Health.notReady("reading the topic control: " + reader.progress());
    }

    @Override
    public void close() {
        reader.close();
    }

    /** The records themselves. */
    public ControlState state() {
        return state;
    }

    /** Calls {@code listener} after each change, on the thread that reads the topic: be quick. */
    public void onChange(Consumer<ControlKey> listener) {
        reader.onChange(listener);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("millrace.control.records", state, ControlState::size)
                .description("Records of the topic control in memory")
                .register(registry);
        FunctionCounter.builder("millrace.control.unreadable.records", reader, ControlReader::unreadable)
                .description("Records of the topic control that this process could not understand and ignored")
                .register(registry);
        Gauge.builder("millrace.control.ready", state, s -> s.ready() ? 1 : 0)
                .description("1 once the topic control has been read to its end")
                .register(registry);
    }

    @Override
    public boolean ready() {
        return state.ready();
    }

    @Override
    public @Nullable Instance instance(TenantId id) {
        return state.instance(id);
    }

    @Override
    public Authentication authenticate(String keyId, String secret) {
        return state.authenticate(keyId, secret);
    }

    @Override
    public Authorization decide(String keyId, String secret, TenantId instance, Access access) {
        return state.decide(keyId, secret, instance, access);
    }
}
