package io.millrace.runtime.control;

import io.millrace.model.TenantId;
import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import io.millrace.runtime.kafka.KafkaSettings;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The copy of the topic {@code control} in this process. */
public final class ControlTables implements Service, AccessControl {
    public ControlTables(KafkaSettings settings, Clock clock) {}

    @Override
    public String name() {
        return "control-tables";
    }

    /** Begins to read; returns at once. {@link #check} says when the end has been reached. */
    @Override
    public void start() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Health check() {
        return Health.notReady("not started");
    }

    @Override
    public void close() {}

    /** The records themselves. */
    public ControlState state() {
        throw new UnsupportedOperationException();
    }

    /** Calls {@code listener} after each change, on the thread that reads the topic: be quick. */
    public void onChange(Consumer<ControlKey> listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean ready() {
        return false;
    }

    @Override
    public @Nullable Instance instance(TenantId id) {
        return null;
    }

    @Override
    public Authentication authenticate(String keyId, String secret) {
        return new Authentication.NotReady();
    }

    @Override
    public Authorization decide(String keyId, String secret, TenantId instance, Access access) {
        return new Authorization.NotReady();
    }
}
