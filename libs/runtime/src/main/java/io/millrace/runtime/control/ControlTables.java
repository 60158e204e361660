package io.millrace.runtime.control;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.model.TenantId;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicFollower;
import io.millrace.runtime.kafka.Topics;
import java.time.Clock;
import java.time.Duration;
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
    private final TopicFollower follower;

    public ControlTables(KafkaSettings settings, Clock clock) {
        state = new ControlState(clock);
        reader = new ControlReader(state);
        follower = new TopicFollower(settings, Topics.of(settings).control(), "control-tables", Long.MAX_VALUE, reader);
    }

    @Override
    public String name() {
        return "control-tables";
    }

    /** Begins to read; returns at once. {@link #check} says when the end has been reached. */
    @Override
    public void start() {
        follower.start();
    }

    @Override
    public Health check() {
        return state.ready() ? Health.READY : Health.notReady("reading the topic control: " + follower.progress());
    }

    @Override
    public void close() {
        follower.close();
    }

    /**
     * Waits until the record of this offset is in force here, so that a caller sees what it has just published.
     *
     * @param offset as {@link ControlPublisher} gave it
     * @return false when it was not within {@code limit}
     */
    public boolean awaitApplied(long offset, Duration limit) throws InterruptedException {
        return follower.awaitApplied(offset, limit);
    }

    /** The records themselves. */
    public ControlState state() {
        return state;
    }

    /**
     * Calls {@code listener} for each record that has or may have changed, on the thread that reads the topic: be quick.
     */
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
    public @Nullable ProcessingRules processing(TenantId id) {
        return state.processing(id);
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
