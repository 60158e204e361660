package io.millrace.query.read;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which writer owns which partition of the topic {@code samples}, as the consumer group itself says. The answer is kept
 * for a few seconds; {@link #refresh} asks again at once, for a caller that found it wrong. Thread-safe; one caller asks
 * the broker while others go on with what they have.
 */
final class PartitionOwners {
    private static final Logger log = LoggerFactory.getLogger(PartitionOwners.class);
    private static final String WRITER = "millrace-writer@";

    private final Group group;
    private final String topic;
    private final int partitions;
    private final Duration freshFor;
    private final LongSupplier nanoTime;
    private volatile Owners owners;

    /** Who is in the consumer group of the writers. */
    @FunctionalInterface
    interface Group {
        Collection<MemberDescription> members() throws ExecutionException, TimeoutException, InterruptedException;
    }

    /** Asks a broker. */
    static Group ask(Admin admin, String group, Duration timeout) {
        return () ->
                admin
                        .describeConsumerGroups(List.of(group))
                        .all()
                        .get(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .values()
                        .stream()
                        .flatMap(description -> description.members().stream())
                        .toList();
    }

    /**
     * A snapshot.
     *
     * @param byPartition host:port, null where nobody owns the partition
     * @param problem why the group could not be asked, null when it could
     */
    record Owners(
            @Nullable String[] byPartition,
            long readAtNanos,
            @Nullable String problem) {
        @Nullable
        String of(int partition) {
            return byPartition[partition];
        }
    }

    PartitionOwners(Group group, String topic, int partitions, Duration freshFor, LongSupplier nanoTime) {
        this.group = group;
        this.topic = topic;
        this.partitions = partitions;
        this.freshFor = freshFor;
        this.nanoTime = nanoTime;
        this.owners = new Owners(
                new @Nullable String[partitions], nanoTime.getAsLong() - freshFor.toNanos() - 1, "not asked yet");
    }

    int partitions() {
        return partitions;
    }

    /** The owners, at most a few seconds old unless the broker does not answer. */
    Owners current() {
        Owners known = owners;
        return nanoTime.getAsLong() - known.readAtNanos() < freshFor.toNanos() ? known : refresh(known);
    }

    /** Asks again unless somebody has since {@code stale} was read. */
    synchronized Owners refresh(Owners stale) {
        if (owners.readAtNanos() != stale.readAtNanos()) {
            return owners;
        }
        try {
            owners = new Owners(read(group.members()), nanoTime.getAsLong(), null);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            log.warn("consumer group of the writers cannot be read topic={} error={}", topic, cause.toString());
            owners = new Owners(
                    stale.byPartition(), nanoTime.getAsLong(), "the consumer group of the writers cannot be read");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return owners;
    }

    private @Nullable String[] read(Collection<MemberDescription> members) {
        @Nullable String[] result = new @Nullable String[partitions];
        Map<String, String> strangers = new HashMap<>();
        for (MemberDescription member : members) {
            String client = member.clientId();
            if (!client.startsWith(WRITER)) {
                strangers.put(client, member.host());
                continue;
            }
            for (TopicPartition partition : member.assignment().topicPartitions()) {
                if (partition.topic().equals(topic) && partition.partition() < partitions) {
                    result[partition.partition()] = client.substring(WRITER.length());
                }
            }
        }
        if (!strangers.isEmpty()) {
            log.warn("members of the writers' group that are not writers topic={} clients={}", topic, strangers);
        }
        return result;
    }
}
