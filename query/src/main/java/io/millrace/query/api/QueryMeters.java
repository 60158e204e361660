package io.millrace.query.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.query.read.QueryScope;

/** Counts what queries read. Thread-safe. */
public final class QueryMeters {
    private final Counter series;
    private final Counter samples;
    private final Counter bytes;
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
        incomplete = Counter.builder("millrace.query.incomplete")
                .description("Answers with the warning that newest samples may be missing")
                .register(registry);
    }

    void read(QueryScope scope) {
        series.increment(scope.seriesRead());
        samples.increment(scope.samplesRead());
        bytes.increment(scope.bytesRead());
        if (!scope.warnings().isEmpty()) {
            incomplete.increment();
        }
    }
}
