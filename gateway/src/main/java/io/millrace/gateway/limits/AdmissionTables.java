package io.millrace.gateway.limits;

import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicFollower;
import io.millrace.runtime.kafka.Topics;
import io.millrace.wire.MalformedException;
import io.millrace.wire.record.AdmissionRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the topic {@code admission} from its end: what was said before may no longer hold, and what holds is said again
 * within half a minute. Records are read before they are committed, see {@link io.millrace.runtime.usage.UsageTables}. {@link
 * #start} and {@link #close} belong to one thread.
 */
public final class AdmissionTables implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AdmissionTables.class);

    private final FullTenants tenants;
    private final TopicFollower follower;

    /** Does nothing yet. */
    public AdmissionTables(KafkaSettings settings, FullTenants tenants) {
        this.tenants = tenants;
        follower = new TopicFollower(
                settings,
                Topics.of(settings).admission(),
                "admission-tables",
                0,
                IsolationLevel.READ_UNCOMMITTED,
                new Target());
    }

    /** Begins to listen. */
    public void start() {
        follower.start();
    }

    @Override
    public void close() {
        follower.close();
    }

    private final class Target implements TopicFollower.Target {
        @Override
        public void begin() {
            tenants.clear();
        }

        @Override
        public void apply(ConsumerRecord<byte[], byte[]> record) {
            try {
                AdmissionRecord.Key key = AdmissionRecord.Key.decode(record.key());
                if (record.value() == null) {
                    tenants.opened(key);
                } else {
                    tenants.heard(AdmissionRecord.decode(key, record.value()));
                }
                tenants.forgetSilent();
            } catch (MalformedException e) {
                log.error("admission record ignored offset={}", record.offset(), e);
            }
        }

        @Override
        public void complete() {
            // nothing waits for the end
        }
    }
}
