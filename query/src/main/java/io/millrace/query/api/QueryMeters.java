package io.millrace.query.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.query.read.QueryScope;

/** Counts what queries read. Thread-safe. */
public final class QueryMeters {
    private final Counter series;
    private final Counter samples;
    private final Counter bytes;
    private final Counter aggregatedDays;
    private final Counter windows;
    private final Counter unreadableAggregates;
    private final Counter incomplete;

    public QueryMeters(MeterRegistry registry) {
        series = Counter.builder("millrace.query.series.read")
                .description("Series that queries read")
                .register(registry);
        samples = Counter.builder("millrace.query.samples.read")
                .description("Samples that queries decoded and merged")
                .register(registry);
        bytes = Counter.builder("millrace.query.chunk.bytes.read")
                .description("Bytes of chunks that queries read from the store and from writers")
                .baseUnit("bytes")
                .register(registry);
        aggregatedDays = Counter.builder("millrace.query.aggregated.days")
                .description("Days of series that queries read as aggregates instead of samples")
                .register(registry);
        windows = Counter.builder("millrace.query.windows.read")
                .description("Windows of aggregates that queries read instead of samples")
                .register(registry);
        unreadableAggregates = Counter.builder("millrace.query.unreadable.aggregates")
                .description("Days of series whose aggregates cannot be read: queries read the samples")
                .register(registry);
        incomplete = Counter.builder("millrace.query.incomplete")
                .description("Answers with the warning that newest samples may be missing")
                .register(registry);
    }

    void read(QueryScope scope) {
        series.increment(scope.seriesRead());
        samples.increment(scope.samplesRead());
        bytes.increment(scope.bytesRead());
        aggregatedDays.increment(scope.aggregatedDays());
        windows.increment(scope.windowsRead());
        unreadableAggregates.increment(scope.unreadableAggregates());
        if (!scope.warnings().isEmpty()) {
            incomplete.increment();
        }
    }
}
