package io.millrace.runtime.control;

import io.millrace.runtime.kafka.TopicFollower;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings records of the topic {@code control} into a {@link ControlState}.
 *
 * <p>The first reading fills new tables, which replace the old ones when they are complete; decisions come from the old
 * tables meanwhile. A record that cannot be understood is counted, logged and ignored: what stood there before stays in
 * force, because refusing the data of a whole instance for it would lose that data.
 *
 * <p>Called by the follower's thread, but for the listeners and the counter, which are safe for any.
 */
final class ControlReader implements TopicFollower.Target {
    private static final Logger log = LoggerFactory.getLogger(ControlReader.class);

    private final ControlState state;
    private final List<Consumer<ControlKey>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicLong unreadable = new AtomicLong();

    /** Being filled; null while following. */
    private ControlState.@Nullable Tables filling;

    ControlReader(ControlState state) {
        this.state = state;
    }

    void onChange(Consumer<ControlKey> listener) {
        listeners.add(listener);
    }

    /** Records ignored because they could not be understood. */
    double unreadable() {
        return unreadable.get();
    }

    @Override
    public void begin() {
        filling = new ControlState.Tables();
    }

    @Override
    public void complete() {
        if (filling != null) {
            Set<ControlKey> keys = state.replaceAll(filling);
            filling = null;
            state.markReady();
            keys.forEach(this::tellListeners);
            log.info("control tables ready records={}", state.size());
        }
    }

    @Override
    public void apply(ConsumerRecord<byte[], byte[]> record) {
        String keyText = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        try {
            ControlKey key = ControlKey.parse(keyText);
            ControlRecord value = record.value() == null ? null : ControlJson.read(key, record.value());
            if (filling != null) {
                filling.set(key, value);
            } else {
                state.set(key, value);
                tellListeners(key);
            }
        } catch (ControlFormatException e) {
            unreadable.incrementAndGet();
            log.error(
                    "control record ignored, what it replaces stays in force topic={} offset={} key={}",
                    record.topic(),
                    record.offset(),
                    keyText,
                    e);
        }
    }

    private void tellListeners(ControlKey key) {
        for (Consumer<ControlKey> listener : listeners) {
            try {
                listener.accept(key);
            } catch (RuntimeException e) {
                log.error("a listener to control changes failed key={}", key, e);
            }
        }
    }
}
