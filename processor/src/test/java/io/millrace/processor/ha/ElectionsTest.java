package io.millrace.processor.ha;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import io.millrace.runtime.policy.HaReplica;
import io.millrace.wire.record.HaClaimRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ElectionsTest {
    private static final TenantId DEMO = new TenantId("demo");
    private static final long FAILOVER = 30_000;
    private static final HaReplica A = new HaReplica("eu", "a");
    private static final HaReplica B = new HaReplica("eu", "b");

    /** A log, of which each partition has read a part of its own. */
    private final List<HaClaimRecord> log = new ArrayList<>();

    private final class Partition implements HaElections {
        final ElectionState state = new ElectionState();
        final HaGate gate = new HaGate(this);
        int read;

        boolean passes(HaReplica replica, long receivedMs) {
            gate.begin(DEMO, FAILOVER, receivedMs);
            return gate.passes(replica);
        }

        void readTo(int end) {
            for (; read < end; read++) {
                state.apply(log.get(read), Long.MAX_VALUE / 2);
            }
        }

        @Override
        public @Nullable Election of(TenantId tenant, String cluster) {
            return state.of(tenant, cluster);
        }

        @Override
        public void renew(HaClaimRecord claim) {
            log.add(claim);
        }

        @Override
        public void claim(HaClaimRecord claim) {
            log.add(claim);
            readTo(log.size());
        }
    }

    @Test
    void shouldElectTheFirstAndHoldOnToIt() {
        Partition only = new Partition();
        assertThat(only.passes(A, 1_000)).isTrue();
        assertThat(only.passes(B, 1_001)).isFalse();
        assertThat(only.passes(A, 20_000)).isTrue();
        only.readTo(log.size());
        assertThat(only.passes(B, 49_999)).isFalse();
    }

    @Test
    void shouldElectTheOtherWhenTheElectedIsSilentForTheFailoverTimeAndNotGoBack() {
        Partition only = new Partition();
        only.passes(A, 1_000);
        assertThat(only.passes(B, 30_999)).isFalse();
        assertThat(only.passes(B, 31_000)).isTrue();
        assertThat(only.passes(A, 31_001)).isFalse();
        assertThat(only.passes(B, 31_002)).isTrue();
    }

    @Test
    void shouldJudgeLateBatchesByWhoWasElectedThen() {
        Partition only = new Partition();
        only.passes(A, 1_000);
        only.passes(B, 40_000);
        assertThat(only.passes(A, 30_000)).isTrue();
        assertThat(only.passes(B, 30_000)).isFalse();
        assertThat(only.passes(A, 35_000)).isFalse();
        assertThat(only.passes(B, 35_000)).isTrue();
    }

    @Test
    void shouldRenewALeaseInPassingAndNotWithEachBatch() {
        Partition only = new Partition();
        for (long time = 1_000; time < 61_000; time += 100) {
            assertThat(only.passes(A, time)).isTrue();
            only.readTo(log.size());
        }
        assertThat(log).hasSizeBetween(10, 21);
    }

    @Test
    void shouldComeToTheSameElectionsFromACompactedLog() {
        Partition writer = new Partition();
        for (long time = 0; time < 1_000_000; time += 1_000) {
            boolean aIsAlive = time / 100_000 % 2 == 0;
            writer.readTo(log.size());
            writer.passes(aIsAlive ? A : B, time);
        }
        Map<String, HaClaimRecord> compacted = new LinkedHashMap<>();
        for (HaClaimRecord claim : log) {
            compacted.remove(claim.replica());
            compacted.put(claim.replica(), claim);
        }
        ElectionState reader = new ElectionState();
        compacted.values().forEach(claim -> reader.apply(claim, Long.MAX_VALUE / 2));
        writer.readTo(log.size());
        Election expected = writer.of(DEMO, "eu");
        Election found = reader.of(DEMO, "eu");
        assertThat(found).isNotNull();
        assertThat(expected).isNotNull();
        assertThat(found.replica()).isEqualTo(expected.replica());
        assertThat(found.epoch()).isEqualTo(expected.epoch());
        assertThat(found.fromMs()).isEqualTo(expected.fromMs());
        assertThat(found.leaseUntilMs()).isEqualTo(expected.leaseUntilMs());
    }

    @Test
    void shouldNotLetAClockFarAheadKeepALeaseForEver() {
        ElectionState state = new ElectionState();
        state.apply(HaClaimRecord.first(DEMO, "eu", "a", Long.MAX_VALUE / 2, FAILOVER), 1_000);
        state.apply(HaClaimRecord.first(DEMO, "eu", "b", 400_000, FAILOVER), 400_000);
        Election election = state.of(DEMO, "eu");
        assertThat(election).isNotNull();
        assertThat(election.replica()).isEqualTo("b");
    }

    /**
     * Partitions with delays of their own, in processing and in reading the log; replicas that stop and come back. No time
     * may be stored of two replicas, and none may be missing for longer than the failover time while one is alive.
     */
    @Test
    void shouldStoreEachTimeOfOneReplicaWhateverTheDelays() {
        for (int seed = 0; seed < 200; seed++) {
            log.clear();
            Random random = new Random(seed);
            List<Partition> partitions = List.of(new Partition(), new Partition(), new Partition());
            List<Long> times = new ArrayList<>(List.of(0L, 0L, 0L));
            TreeMap<Long, String> stored = new TreeMap<>();
            long[] silentFrom = {random.nextInt(300_000), random.nextInt(300_000)};
            for (int step = 0; step < 1_500; step++) {
                int at = random.nextInt(3);
                Partition partition = partitions.get(at);
                long time = times.get(at) + random.nextInt(2_000);
                times.set(at, time);
                partition.readTo(partition.read + random.nextInt(log.size() - partition.read + 1));
                for (HaReplica replica : List.of(A, B)) {
                    long from = silentFrom[replica == A ? 0 : 1];
                    boolean silent = time >= from && time < from + 100_000;
                    if (!silent && partition.passes(replica, time)) {
                        String other = stored.put(time, replica.name());
                        assertThat(other).as("seed %d time %d", seed, time).isIn(null, replica.name());
                    }
                }
            }
            assertThat(oneReplicaAtATime(stored)).as("seed %d", seed).isLessThanOrEqualTo(8);
        }
    }

    /** How often the stored replica changes. */
    private static int oneReplicaAtATime(TreeMap<Long, String> stored) {
        int changes = 0;
        String last = "";
        for (String replica : stored.values()) {
            changes += replica.equals(last) ? 0 : 1;
            last = replica;
        }
        return changes;
    }
}
