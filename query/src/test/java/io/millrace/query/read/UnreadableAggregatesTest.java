package io.millrace.query.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.model.TenantId;
import io.millrace.wire.MalformedException;
import io.millrace.wire.chunk.AggregateChunk;
import io.millrace.wire.labels.CanonicalLabels;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UnreadableAggregatesTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final UnreadableAggregates unreadable = new UnreadableAggregates(nanos::get);

    @Test
    void shouldSayItOnceAMinute() {
        assertThat(found()).isTrue();
        assertThat(found()).isFalse();

        nanos.addAndGet(TimeUnit.SECONDS.toNanos(59));
        assertThat(found()).isFalse();

        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(found()).isTrue();
        assertThat(found()).isFalse();
    }

    private boolean found() {
        Labels labels = Labels.of("__name__", "m");
        return unreadable.found(
                new TenantId("shop"),
                new SelectedOne(CanonicalLabels.id(labels), labels),
                new StoredChunk(0, 1, 1, 2, AggregateChunk.ENCODING, new byte[] {9}),
                new MalformedException("aggregates of version 9, this reads 1"));
    }
}
