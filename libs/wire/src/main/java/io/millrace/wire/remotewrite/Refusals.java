package io.millrace.wire.remotewrite;

import io.millrace.model.RefusedItem;
import io.millrace.model.RejectReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was refused in one request: for each reason exact counts, in all and by metric, and the first example. Memory is
 * bounded by the number of reasons × {@link #MAX_METRICS}. Not thread-safe.
 */
public final class Refusals {
    /** Metrics of a reason that are told apart; those beyond are counted together under no name. */
    static final int MAX_METRICS = 20;

    /** Nothing refused. Do not add to it. */
    public static final Refusals NONE = new Refusals();

    /**
     * One reason.
     *
     * @param samples refused float samples
     * @param histograms refused native histograms
     * @param exemplars refused exemplars
     * @param others refused series without any of these, and metadata entries
     * @param metric metric name of the example, "" when it has none
     * @param example the first series or metric family it happened to, at most {@link SeriesText#MAX_CHARS} characters
     * @param detail the value that was wrong and the limit it broke
     * @param item the first item of the example
     * @param byMetric how much of {@link #total} is of which metric; "" for those without a name and those beyond the
     *     bound
     */
    public record Refusal(
            RejectReason reason,
            int samples,
            int histograms,
            int exemplars,
            int others,
            String metric,
            String example,
            String detail,
            RefusedItem item,
            Map<String, Long> byMetric) {
        /** All of one metric, without an item as an example. */
        public Refusal(
                RejectReason reason,
                int samples,
                int histograms,
                int exemplars,
                int others,
                String metric,
                String example,
                String detail) {
            this(
                    reason,
                    samples,
                    histograms,
                    exemplars,
                    others,
                    metric,
                    example,
                    detail,
                    RefusedItem.NONE,
                    Map.of(metric, (long) samples + histograms + exemplars + others));
        }

        /** Everything refused for this reason. */
        public long total() {
            return (long) samples + histograms + exemplars + others;
        }
    }

    private final Map<RejectReason, Entry> entries = new EnumMap<>(RejectReason.class);
    private final Supplier<String> metric;

    /** All of no metric. */
    public Refusals() {
        this(() -> "");
    }

    /** @param metric of what is refused at the moment */
    Refusals(Supplier<String> metric) {
        this.metric = metric;
    }

    /**
     * Adds to the counts of a reason.
     *
     * @return the entry when this is the first of its reason, so that the caller describes it; else null
     */
    @Nullable
    Entry add(RejectReason reason, int samples, int histograms, int exemplars, int others) {
        Entry entry = entries.get(reason);
        boolean first = entry == null;
        if (entry == null) {
            entry = new Entry();
            entries.put(reason, entry);
        }
        entry.samples += samples;
        entry.histograms += histograms;
        entry.exemplars += exemplars;
        entry.others += others;
        entry.count(metric.get(), (long) samples + histograms + exemplars + others);
        return first ? entry : null;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public int samples() {
        return entries.values().stream().mapToInt(entry -> entry.samples).sum();
    }

    public int histograms() {
        return entries.values().stream().mapToInt(entry -> entry.histograms).sum();
    }

    public int exemplars() {
        return entries.values().stream().mapToInt(entry -> entry.exemplars).sum();
    }

    /** Refused series without samples, and metadata entries. */
    public int others() {
        return entries.values().stream().mapToInt(entry -> entry.others).sum();
    }

    /** The reasons in the order of {@link RejectReason}. */
    public List<Refusal> list() {
        List<Refusal> list = new ArrayList<>(entries.size());
        entries.forEach((reason, entry) -> list.add(new Refusal(
                reason,
                entry.samples,
                entry.histograms,
                entry.exemplars,
                entry.others,
                entry.metric,
                entry.example,
                entry.detail,
                entry.item,
                Map.copyOf(entry.byMetric))));
        return list;
    }

    /** Counts and first example of a reason while the request is decoded. */
    static final class Entry {
        private int samples;
        private int histograms;
        private int exemplars;
        private int others;
        private String metric = "";
        private String example = "";
        private String detail = "";
        private RefusedItem item = RefusedItem.NONE;
        private final Map<String, Long> byMetric = new HashMap<>();

        private void count(String name, long items) {
            boolean room = byMetric.size() < MAX_METRICS || byMetric.containsKey(name);
            byMetric.merge(room ? name : "", items, Long::sum);
        }

        void describe(String metric, String example, String detail, RefusedItem item) {
            this.metric = metric;
            this.example = example;
            this.detail = detail;
            this.item = item;
        }
    }
}
