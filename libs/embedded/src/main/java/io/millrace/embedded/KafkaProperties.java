package io.millrace.embedded;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The {@code server.properties} of a broker that is alone on one machine. A pure function of the settings and ports.
 *
 * <p>One replica of everything, since there is one broker; no fsync per record, as in any Kafka: a record is safe from
 * the kill of any process, not from the loss of power.
 */
final class KafkaProperties {

    private KafkaProperties() {}

    static Properties of(KafkaNodeSettings settings, int port, int controllerPort) {
        Properties p = new Properties();
        p.setProperty("process.roles", "broker,controller");
        p.setProperty("node.id", "1");
        p.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        p.setProperty("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        p.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        p.setProperty("inter.broker.listener.name", "PLAINTEXT");
        p.setProperty("controller.listener.names", "CONTROLLER");
        p.setProperty("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
        p.setProperty("log.dirs", dataFolder(settings).toString());
        replication(p);
        groups(p);
        sizes(p);
        p.putAll(settings.properties());
        return p;
    }

    /** Where the topics are. */
    static Path dataFolder(KafkaNodeSettings settings) {
        return settings.folder().resolve("topics");
    }

    static void write(Properties properties, Path file) throws IOException {
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            properties.store(writer, "written at every start; changes made here are lost");
        }
    }

    private static void replication(Properties p) {
        p.setProperty("auto.create.topics.enable", "false");
        p.setProperty("num.partitions", "1");
        p.setProperty("default.replication.factor", "1");
        p.setProperty("min.insync.replicas", "1");
        p.setProperty("offsets.topic.replication.factor", "1");
        p.setProperty("offsets.topic.num.partitions", "1");
        p.setProperty("transaction.state.log.replication.factor", "1");
        p.setProperty("transaction.state.log.min.isr", "1");
        p.setProperty("transaction.state.log.num.partitions", "1");
        p.setProperty("share.coordinator.state.topic.replication.factor", "1");
        p.setProperty("share.coordinator.state.topic.min.isr", "1");
        p.setProperty("share.coordinator.state.topic.num.partitions", "1");
    }

    /** One process has all members of a group, so nobody needs to be waited for, and a killed one is replaced soon. */
    private static void groups(Properties p) {
        p.setProperty("group.initial.rebalance.delay.ms", "0");
        p.setProperty("group.streams.initial.rebalance.delay.ms", "0");
        for (String protocol : new String[] {"consumer", "streams"}) {
            p.setProperty("group." + protocol + ".min.session.timeout.ms", "5000");
            p.setProperty("group." + protocol + ".session.timeout.ms", "10000");
            p.setProperty("group." + protocol + ".min.heartbeat.interval.ms", "500");
            p.setProperty("group." + protocol + ".heartbeat.interval.ms", "1000");
        }
        // After a kill the controller refuses the new broker until the session of the old one is over.
        p.setProperty("broker.session.timeout.ms", "3000");
        p.setProperty("broker.heartbeat.interval.ms", "1000");
        // The transaction of a killed processor holds back read_committed readers until it is aborted.
        p.setProperty("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    }

    private static void sizes(Properties p) {
        p.setProperty("num.network.threads", "2");
        p.setProperty("num.io.threads", "4");
        p.setProperty("group.coordinator.threads", "1");
        p.setProperty("share.coordinator.threads", "1");
        p.setProperty("num.recovery.threads.per.data.dir", "1");
        p.setProperty("log.cleaner.threads", "1");
        // 16 MiB hold 350,000 keys at 24 bytes and 0.9 load: a compacted segment of `series` has fewer
        p.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
        p.setProperty("log.segment.bytes", Integer.toString(128 << 20));
        p.setProperty("log.segment.delete.delay.ms", "1000");
        p.setProperty("log.retention.hours", "24");
        p.setProperty("message.max.bytes", Integer.toString(8 << 20));
    }
}
