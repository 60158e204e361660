package io.millrace.processor.usage;

import io.millrace.model.TenantId;
import io.millrace.processor.series.NameCounts;
import io.millrace.wire.record.JobUsageRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The counts of all jobs of one tenant in one partition. Not thread-safe: the task of the partition owns it. */
public final class JobCounters {
    private final TenantId tenant;
    private final int partition;
    private final NameCounts jobs;
    private final JobUsageLog log;
    private final Map<String, JobCounter> counters = new HashMap<>();
    private final List<JobCounter> touched = new ArrayList<>();

    /** By the number of the job: what {@link #counters} says, without hashing a name for each series. */
    private @Nullable JobCounter[] byNumber = new JobCounter[16];

    /** @param jobs the numbers and active series of the tenant's jobs */
    public JobCounters(TenantId tenant, int partition, NameCounts jobs, JobUsageLog log) {
        this.tenant = tenant;
        this.partition = partition;
        this.jobs = jobs;
        this.log = log;
    }

    /** Goes on from a record. */
    public void restore(JobUsageRecord record) {
        counters.put(record.job(), JobCounter.of(record));
    }

    /** Notes accepted samples of a series of the batch being read. */
    public void add(int job, int samples, int bytes) {
        JobCounter counter = counter(job);
        if (counter.add(samples, bytes)) {
            touched.add(counter);
        }
    }

    /** The batch is passed on: what was noted counts, and is made durable. */
    public void accept(long nowMs) {
        for (JobCounter counter : touched) {
            counter.accept(nowMs, active(counter));
            log.put(counter.record(tenant, partition, nowMs));
        }
        touched.clear();
    }

    /** The batch is not passed on. */
    public void discard() {
        touched.forEach(JobCounter::discard);
        touched.clear();
    }

    /**
     * Forgets jobs that are over, and hands out the counts of the others.
     *
     * @param all gets those of each job
     * @param changed gets those that have changed since the last time
     * @param forgotten gets the names of jobs that are over
     */
    public void publish(
            long nowMs, Consumer<JobUsageRecord> all, Consumer<JobUsageRecord> changed, Consumer<String> forgotten) {
        for (Iterator<JobCounter> each = counters.values().iterator(); each.hasNext(); ) {
            JobCounter counter = each.next();
            counter.setActive(active(counter));
            if (counter.isOver(nowMs)) {
                each.remove();
                Arrays.fill(byNumber, null);
                log.remove(tenant, partition, counter.job());
                forgotten.accept(counter.job());
                continue;
            }
            JobUsageRecord record = counter.record(tenant, partition, nowMs);
            all.accept(record);
            if (counter.takeUnpublished()) {
                changed.accept(record);
            }
        }
    }

    private long active(JobCounter counter) {
        int number = jobs.number(counter.job());
        return number < 0 ? 0 : jobs.active(number);
    }

    @SuppressWarnings("ReferenceEquality") // names are kept once, so another object is another name
    private JobCounter counter(int number) {
        String name = jobs.name(number);
        if (number >= byNumber.length) {
            byNumber = Arrays.copyOf(byNumber, Math.max(number + 1, 2 * byNumber.length));
        }
        JobCounter known = byNumber[number];
        if (known != null && (known.job() == name || known.job().equals(name))) {
            return known;
        }
        JobCounter counter = counters.computeIfAbsent(name, JobCounter::new);
        byNumber[number] = counter;
        return counter;
    }
}
