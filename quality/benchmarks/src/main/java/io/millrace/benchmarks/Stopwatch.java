package io.millrace.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Measures the CPU time and the allocation of the calling thread. Runs a task for a while to warm up, then in a number of
 * rounds, and takes the best one: what else runs on the machine can only make a round worse.
 *
 * <p>Only the calling thread is counted: the garbage collector's share shows as bytes allocated.
 */
final class Stopwatch {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Duration warmUp;
    private final Duration round;
    private final int rounds;

    /**
     * @param warmUp CPU time, at least one run
     * @param round CPU time of a round, at least one run
     */
    Stopwatch(Duration warmUp, Duration round, int rounds) {
        this.warmUp = warmUp;
        this.round = round;
        this.rounds = rounds;
    }

    /**
     * What one sample costs.
     *
     * @param cpuNanos ns of CPU per sample, which is ms per million samples
     * @param allocatedBytes bytes allocated per sample
     * @param checksum of the results of the task; here so that the compiler cannot leave the work out
     */
    record Cost(double cpuNanos, double allocatedBytes, long checksum) {
        /** CPU seconds per million samples. */
        double secondsPerMillion() {
            return cpuNanos / 1000;
        }
    }

    /**
     * @param samples how many a run of the task handles
     * @param task returns anything that depends on its work
     */
    Cost measure(long samples, LongSupplier task) {
        long[] checksum = {0};
        spend(warmUp, task, checksum);
        double[] nanos = new double[rounds];
        double[] bytes = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            long cpuBefore = THREADS.getCurrentThreadCpuTime();
            long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
            long runs = spend(round, task, checksum);
            nanos[i] = (double) (THREADS.getCurrentThreadCpuTime() - cpuBefore) / (runs * samples);
            bytes[i] = (double) (THREADS.getCurrentThreadAllocatedBytes() - bytesBefore) / (runs * samples);
        }
        Arrays.sort(nanos);
        Arrays.sort(bytes);
        return new Cost(nanos[0], bytes[0], checksum[0]);
    }

    private static long spend(Duration time, LongSupplier task, long[] checksum) {
        long end = THREADS.getCurrentThreadCpuTime() + time.toNanos();
        long runs = 0;
        do {
            checksum[0] += task.getAsLong();
            runs++;
        } while (THREADS.getCurrentThreadCpuTime() < end);
        return runs;
    }
}
