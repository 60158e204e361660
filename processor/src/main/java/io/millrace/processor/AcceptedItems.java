package io.millrace.processor;

import io.millrace.model.SeriesId;
import io.millrace.processor.limits.ItemLimits;
import io.millrace.processor.refusals.Refusal;
import io.millrace.processor.series.AnnouncedDays;
import io.millrace.processor.series.SeriesTable;
import io.millrace.wire.record.SampleBatchReader;
import io.millrace.wire.record.SampleBatchWriter;
import io.millrace.wire.record.SeriesRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Passes the items of accepted series on, and announces their series on each new day, and in the {@link Evening} for the
 * next one. Not thread-safe.
 *
 * <p>Nearly always all items are within the limits: they are read through once and copied as bytes. Only when one is not,
 * they are written one by one, without those that are refused and with smaller histograms.
 */
final class AcceptedItems {
    /** Tells that items of the series being read are refused. */
    @FunctionalInterface
    interface Refusals {
        void add(Refusal refusal, int items);
    }

    private final SampleBatchReader reader;
    private final SeriesResolver resolver;
    private final BatchCounts counts;
    private final Refusals refusals;
    private final ProcessorMetrics metrics;
    private final List<SeriesRecord> announcements = new ArrayList<>();

    private int day;
    private long dayStartMs;
    private long dayEndMs;

    private long clockMs;
    private int today;
    /** How long the evening has lasted; negative before it. */
    private long eveningMs = -1;

    // Of the series being read.
    private int samples;
    private int histograms;
    private int exemplars;
    private boolean daysAdded;

    AcceptedItems(
            SampleBatchReader reader,
            SeriesResolver resolver,
            BatchCounts counts,
            Refusals refusals,
            ProcessorMetrics metrics) {
        this.reader = reader;
        this.resolver = resolver;
        this.counts = counts;
        this.refusals = refusals;
        this.metrics = metrics;
    }

    /** Passes on the items of the series the reader stands on. Returns whether days were added that must be logged. */
    boolean pass(TenantWork tenant, int slot, SampleBatchWriter writer, long nowMs) {
        samples = 0;
        histograms = 0;
        exemplars = 0;
        daysAdded = false;
        if (nowMs != clockMs) {
            clockMs = nowMs;
            today = AnnouncedDays.dayOf(nowMs);
            eveningMs = Evening.elapsedMs(nowMs);
        }
        SeriesTable table = tenant.table();
        long idHigh = table.idHigh(slot);
        long idLow = table.idLow(slot);
        if (allWithin(tenant, slot)) {
            writer.series(idHigh, idLow);
            writer.copyItems(reader, samples, histograms, exemplars);
        } else {
            tenant.items().giveBack(exemplars);
            samples = 0;
            histograms = 0;
            exemplars = 0;
            writer.series(idHigh, idLow);
            reader.rewindItems();
            writeSome(tenant, slot, writer);
        }
        counts.samples += samples;
        counts.histograms += histograms;
        counts.exemplars += exemplars;
        int bytes = SeriesId.BYTES + reader.seriesLabelsLength() + reader.itemsLength();
        tenant.jobs().add(tenant.series().groups().job(table.group(slot)), samples + histograms, bytes);
        return daysAdded;
    }

    private boolean allWithin(TenantWork tenant, int slot) {
        ItemLimits limits = tenant.items();
        while (true) {
            switch (reader.nextItem()) {
                case SAMPLE -> samples++;
                case HISTOGRAM -> {
                    if (limits.isLarge(reader)) {
                        return false;
                    }
                    histograms++;
                }
                case EXEMPLAR -> {
                    if (!limits.takeExemplar()) {
                        return false;
                    }
                    exemplars++;
                }
                case END -> {
                    return true;
                }
            }
            long timestampMs = reader.timestampMs();
            if (!limits.isWithin(timestampMs)) {
                return false;
            }
            announceDays(tenant, slot, dayOf(timestampMs));
        }
    }

    /** Most samples are of the same day as the one before: a division less. */
    private int dayOf(long timestampMs) {
        if (timestampMs < dayStartMs || timestampMs >= dayEndMs) {
            day = AnnouncedDays.dayOf(timestampMs);
            dayStartMs = day * AnnouncedDays.DAY_MS;
            dayEndMs = dayStartMs + AnnouncedDays.DAY_MS;
        }
        return day;
    }

    private void writeSome(TenantWork tenant, int slot, SampleBatchWriter writer) {
        ItemLimits limits = tenant.items();
        for (SampleBatchReader.Item item = reader.nextItem();
                item != SampleBatchReader.Item.END;
                item = reader.nextItem()) {
            long timestampMs = reader.timestampMs();
            if (!limits.isWithin(timestampMs)) {
                refusals.add(limits.outside(timestampMs), 1);
                continue;
            }
            boolean written = switch (item) {
                case SAMPLE -> {
                    writer.sample(timestampMs, reader.startTimestampMs(), reader.valueBits());
                    samples++;
                    yield true;
                }
                case HISTOGRAM -> writeHistogram(limits, writer);
                case EXEMPLAR -> writeExemplar(limits, writer);
                case END -> throw new IllegalStateException();
            };
            if (written) {
                announceDays(tenant, slot, dayOf(timestampMs));
            }
        }
    }

    private boolean writeHistogram(ItemLimits limits, SampleBatchWriter writer) {
        byte[] bytes = reader.buffer();
        int offset = reader.histogramOffset();
        int length = reader.histogramLength();
        if (limits.isLarge(reader)) {
            byte[] reduced = limits.reduced(reader);
            if (reduced == null) {
                refusals.add(limits.tooManyBuckets(), 1);
                return false;
            }
            metrics.histogramReduced();
            bytes = reduced;
            offset = 0;
            length = reduced.length;
        }
        writer.histogram(reader.timestampMs(), reader.startTimestampMs(), bytes, offset, length);
        histograms++;
        return true;
    }

    private boolean writeExemplar(ItemLimits limits, SampleBatchWriter writer) {
        if (!limits.takeExemplar()) {
            refusals.add(limits.tooManyExemplars(), 1);
            return false;
        }
        writer.exemplar(
                reader.timestampMs(),
                reader.valueBits(),
                reader.buffer(),
                reader.exemplarLabelsOffset(),
                reader.exemplarLabelsLength());
        exemplars++;
        return true;
    }

    private void announceDays(TenantWork tenant, int slot, int day) {
        SeriesTable table = tenant.table();
        if (!AnnouncedDays.contains(table.days(slot), day)) {
            announce(tenant, slot, day);
        }
        if (eveningMs >= 0
                && day == today
                && Evening.isDue(table.idLow(slot), eveningMs)
                && !AnnouncedDays.contains(table.days(slot), today + 1)) {
            announce(tenant, slot, today + 1);
        }
    }

    private void announce(TenantWork tenant, int slot, int day) {
        SeriesTable table = tenant.table();
        SeriesId id = new SeriesId(table.idHigh(slot), table.idLow(slot));
        boolean covered = AnnouncedDays.covers(table.days(slot), day);
        if (covered) {
            table.setDays(slot, AnnouncedDays.with(table.days(slot), day));
        } else if (!tenant.addOtherDay(id, day)) {
            return;
        }
        byte[] labels = resolver.finalLabels();
        if (labels != null) {
            announcements.add(new SeriesRecord(tenant.id(), day, id, clockMs, labels));
        }
        daysAdded |= covered;
    }

    /** Hands out the announcements and forgets them. Returns how many there were. */
    int drainAnnouncements(Consumer<SeriesRecord> consumer) {
        int number = announcements.size();
        announcements.forEach(consumer);
        announcements.clear();
        return number;
    }
}
