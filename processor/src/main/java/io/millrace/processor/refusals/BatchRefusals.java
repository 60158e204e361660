package io.millrace.processor.refusals;

import io.millrace.model.RefusedItem;
import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.wire.record.RejectionRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What was refused in one batch, by reason and metric. It becomes records of the topic {@code rejections} in the
 * transaction of the batch, so that the ledger is exact over crashes. A flood is bounded: after {@link #MAX_METRICS}
 * metrics of a batch, all others are counted together under no metric. Not thread-safe.
 */
public final class BatchRefusals {
    /** Records of at most 4 KB each, usually 300 bytes, beside a batch of up to 1 MB. */
    static final int MAX_METRICS = 20;

    private static final int MAX_EXAMPLE_CHARS = 200;

    private record Key(RejectReason reason, String metric) {}

    private static final class Entry {
        private final String series;
        private final RefusedItem example;
        private final String message;
        private long items;

        Entry(String series, RefusedItem example, String message) {
            this.series = series;
            this.example = example;
            this.message = message;
        }
    }

    private final Map<Key, Entry> entries = new LinkedHashMap<>();

    /**
     * Counts refused items of a series.
     *
     * @param series the series as text; asked for when it is the first of its kind
     * @param example an item of the series, likewise
     * @param message what the sender would have been told, likewise
     */
    public void add(
            RejectReason reason,
            String metric,
            int items,
            Supplier<String> series,
            Supplier<RefusedItem> example,
            Supplier<String> message) {
        Key key = new Key(reason, metric);
        Entry entry = entries.get(key);
        if (entry == null) {
            if (entries.size() >= MAX_METRICS) {
                key = new Key(reason, "");
                entry = entries.get(key);
            }
            if (entry == null) {
                entry = new Entry(cut(series.get()), example.get(), message.get());
                entries.put(key, entry);
            }
        }
        entry.items += items;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Hands out the records and forgets them. */
    public void drain(TenantId tenant, long nowMs, Consumer<RejectionRecord> consumer) {
        entries.forEach((key, entry) -> consumer.accept(new RejectionRecord(
                tenant,
                RejectionRecord.Origin.PROCESSOR,
                nowMs,
                nowMs,
                entry.items,
                key.reason.id(),
                key.metric,
                entry.series,
                entry.example,
                entry.message)));
        entries.clear();
    }

    public void clear() {
        entries.clear();
    }

    private static String cut(String text) {
        if (text.length() <= MAX_EXAMPLE_CHARS) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_EXAMPLE_CHARS - 1))
                ? MAX_EXAMPLE_CHARS - 1
                : MAX_EXAMPLE_CHARS;
        return text.substring(0, end);
    }
}
