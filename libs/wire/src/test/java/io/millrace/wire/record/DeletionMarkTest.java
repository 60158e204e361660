package io.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.wire.Damage;
import io.millrace.wire.MalformedException;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DeletionMarkTest {
    private static final DeletionMark MARK = new DeletionMark("d1-x", 1_700_000_000_000L);

    @Test
    void shouldWriteTheBytesOfTheDescription() {
        assertThat(HexFormat.of().formatHex(MARK.encode())).isEqualTo("d0010068e5cf8b0100000464312d78");
        assertThat(DeletionMark.decode(MARK.encode())).isEqualTo(MARK);
    }

    @Test
    void shouldBeToldFromASampleBatch() {
        SampleBatchWriter batch = new SampleBatchWriter();
        batch.begin(5);
        assertThat(DeletionMark.is(batch.toByteArray())).isFalse();
        assertThat(DeletionMark.is(new byte[0])).isFalse();
        assertThat(DeletionMark.is(MARK.encode())).isTrue();
        assertThatThrownBy(() -> DeletionMark.decode(batch.toByteArray())).isInstanceOf(MalformedException.class);
    }

    @Property(tries = 200)
    void shouldCopeWithDamage(@ForAll long seed) {
        Damage.assertCopes(MARK.encode(), seed, DeletionMark::decode);
    }
}
