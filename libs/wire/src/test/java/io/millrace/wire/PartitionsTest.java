package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PartitionsTest {
    /** These must never change: they say where a series lives. */
    @Test
    void shouldScaleTheUpperHalfOfTheLowWord() {
        assertThat(Partitions.partition(-1, 0, 12)).isZero();
        assertThat(Partitions.partition(0, -1, 12)).isEqualTo(11);
        assertThat(Partitions.partition(7, 0x8000000000000000L, 12)).isEqualTo(6);
        assertThat(Partitions.partition(7, 0x7fffffffffffffffL, 12)).isEqualTo(5);
        assertThat(Partitions.partition(7, 0xfedcba9876543210L, 1)).isZero();
        assertThat(Partitions.partition(7, -1, Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE - 1);
    }
}
