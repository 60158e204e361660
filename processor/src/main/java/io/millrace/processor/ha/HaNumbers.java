package io.millrace.processor.ha;

import io.millrace.runtime.policy.HaReplica;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Numbers from 0 for the replicas that one partition has seen of one tenant, so that a series can point at its own in an
 * int. Not thread-safe.
 */
public final class HaNumbers {
    /** What {@link #number} returns when there are too many. */
    public static final int NONE = -1;

    /** Replicas of one cluster over time: a name that changes with each restart must not fill the memory. */
    private static final int REPLICAS_PER_CLUSTER = 10;

    /** When there are too many, all are forgotten once so much time has passed: then those that are left come back. */
    private static final long FORGET_MS = 3_600_000;

    private final Map<HaReplica, Integer> numbers = new HashMap<>();
    private final List<HaReplica> replicas = new ArrayList<>();
    private final Set<String> clusters = new HashSet<>();
    private long clearedMs;

    /**
     * The number of a replica; {@link #NONE} when it is of a new cluster and there are {@code maxClusters} already, or
     * when there are {@value #REPLICAS_PER_CLUSTER} times as many replicas.
     */
    public int number(HaReplica replica, int maxClusters) {
        Integer known = numbers.get(replica);
        if (known != null) {
            return known;
        }
        boolean newCluster = !clusters.contains(replica.cluster());
        boolean full = replicas.size() >= (long) REPLICAS_PER_CLUSTER * maxClusters;
        if (full || newCluster && clusters.size() >= maxClusters) {
            return NONE;
        }
        int number = replicas.size();
        clusters.add(replica.cluster());
        replicas.add(replica);
        numbers.put(replica, number);
        return number;
    }

    /** The replica of a number. */
    public HaReplica replica(int number) {
        return replicas.get(number);
    }

    /** Whether it is time to forget all, and what points at them, because some may be gone. */
    public boolean isOld(long nowMs) {
        return nowMs - clearedMs >= FORGET_MS;
    }

    public void clear(long nowMs) {
        clearedMs = nowMs;
        numbers.clear();
        replicas.clear();
        clusters.clear();
    }
}
