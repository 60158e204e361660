package io.millrace.processor.series;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The pairs of metric name and job that series of one tenant in one partition have, numbered from 0 so that a series can
 * point at its own in 24 bits. A number is given to another pair once no series points at it. Not thread-safe.
 */
public final class SeriesGroups {
    /** Jobs with counts of their own; series of all further ones are counted together. */
    static final int MAX_JOBS = 1_000;

    /** The job of series whose own one would be one too many. */
    public static final String OTHER_JOBS = "(other)";

    private final NameCounts metrics = new NameCounts();
    private final NameCounts jobs = new NameCounts();
    private final Map<Long, Integer> numbers = new HashMap<>();
    private final BitSet free = new BitSet();
    private int[] metricOf = new int[16];
    private int[] jobOf = new int[16];
    private int[] known = new int[16];
    private int top;

    /** Series by metric name. */
    public NameCounts metrics() {
        return metrics;
    }

    /** Series by job; "" for those without. */
    public NameCounts jobs() {
        return jobs;
    }

    /** The number of the metric name of a group. */
    public int metric(int group) {
        return metricOf[group];
    }

    /** The number of the job of a group. */
    public int job(int group) {
        return jobOf[group];
    }

    /** Counts one known series more, and returns the number of its group. */
    int add(String metric, String job) {
        boolean full = jobs.size() >= MAX_JOBS && jobs.number(job) < 0;
        int metricNumber = metrics.add(metric);
        int jobNumber = jobs.add(full ? OTHER_JOBS : job);
        Long pair = (long) metricNumber << 32 | jobNumber;
        Integer existing = numbers.get(pair);
        int group = existing != null ? existing : number();
        if (existing == null) {
            numbers.put(pair, group);
            metricOf[group] = metricNumber;
            jobOf[group] = jobNumber;
        }
        known[group]++;
        return group;
    }

    /** Counts one known, inactive series less. */
    void remove(int group) {
        metrics.remove(metricOf[group]);
        jobs.remove(jobOf[group]);
        if (--known[group] == 0) {
            numbers.remove((long) metricOf[group] << 32 | jobOf[group]);
            free.set(group);
        }
    }

    void changeActive(int group, int by) {
        metrics.changeActive(metricOf[group], by);
        jobs.changeActive(jobOf[group], by);
    }

    private int number() {
        int reused = free.nextSetBit(0);
        if (reused >= 0) {
            free.clear(reused);
            return reused;
        }
        if (top == SeriesTable.MAX_GROUPS) {
            throw new IllegalStateException(
                    "a tenant has more than " + SeriesTable.MAX_GROUPS + " pairs of metric name and job");
        }
        if (top == known.length) {
            metricOf = Arrays.copyOf(metricOf, 2 * top);
            jobOf = Arrays.copyOf(jobOf, 2 * top);
            known = Arrays.copyOf(known, 2 * top);
        }
        return top++;
    }
}
