package io.millrace.storage;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.promql.parse.ParserOptions;
import io.millrace.promql.parse.PromqlParser;
import io.millrace.promql.storage.Matcher;
import io.millrace.wire.Partitions;
import io.millrace.wire.chunk.DeletedRange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/** The deletions of a tenant that are in force, ready to be applied to series. Immutable. */
public final class Deletions {
    public static final Deletions NONE = new Deletions(List.of());

    private static final PromqlParser PARSER = new PromqlParser(ParserOptions.STABLE);

    private final List<Parsed> all;

    private record Parsed(Deletion deletion, List<List<Matcher>> selectors) {
        boolean selects(Labels labels) {
            for (List<Matcher> selector : selectors) {
                boolean selected = true;
                for (Matcher matcher : selector) {
                    selected = selected && matcher.matches(labels.getOrEmpty(matcher.name()));
                }
                if (selected) {
                    return true;
                }
            }
            return false;
        }
    }

    private Deletions(List<Parsed> all) {
        this.all = all;
    }

    /** Those that are active. */
    public static Deletions of(List<Deletion> deletions) {
        List<Parsed> parsed = new ArrayList<>();
        for (Deletion deletion : deletions) {
            if (deletion.state() == Deletion.State.ACTIVE) {
                parsed.add(new Parsed(
                        deletion,
                        deletion.selectors().stream().map(PARSER::parseSelector).toList()));
            }
        }
        return parsed.isEmpty() ? NONE : new Deletions(List.copyOf(parsed));
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** Those that delete samples between the times, which are inclusive. */
    public Deletions within(long fromMs, long toMs) {
        List<Parsed> some = all.stream()
                .filter(each ->
                        each.deletion().fromMs() <= toMs && each.deletion().toMs() >= fromMs)
                .toList();
        return some.isEmpty() ? NONE : new Deletions(some);
    }

    /** Their ids. */
    public List<String> ids() {
        return all.stream().map(each -> each.deletion().id()).toList();
    }

    /**
     * Ids of those whose marks lie before where the writers of some partitions are.
     *
     * @param first partition, and {@code last}, inclusive
     * @param place below which everything of a partition is stored
     */
    public List<String> passed(int first, int last, IntToLongFunction place) {
        return all.stream()
                .map(Parsed::deletion)
                .filter(each -> IntStream.rangeClosed(first, last)
                        .allMatch(partition -> each.places().get(partition) < place.applyAsLong(partition)))
                .map(Deletion::id)
                .toList();
    }

    /** What is deleted of a series. */
    public List<DeletedRange> of(Labels labels, SeriesId id) {
        List<DeletedRange> ranges = List.of();
        for (Parsed each : all) {
            if (each.selects(labels)) {
                if (ranges.isEmpty()) {
                    ranges = new ArrayList<>(2);
                }
                List<Long> places = each.deletion().places();
                int partition = Partitions.partition(id.high(), id.low(), places.size());
                ranges.add(new DeletedRange(
                        each.deletion().fromMs(), each.deletion().toMs(), places.get(partition)));
            }
        }
        return ranges;
    }

    /** What is deleted of the exemplars of a series. */
    public List<DeletedExemplars> exemplarsOf(Labels labels) {
        return all.stream()
                .filter(each -> each.selects(labels))
                .map(Parsed::deletion)
                .map(each -> new DeletedExemplars(each.fromMs(), each.toMs(), each.requestedMs()))
                .toList();
    }
}
