package io.millrace.processor.labels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AliasTableTest {
    @Test
    void shouldFindWhatWasPutUnderTheSameIdAndCheck() {
        AliasTable table = new AliasTable(5, 1000);
        assertThat(table.find(1, 2, 3)).isEqualTo(AliasTable.ABSENT);
        for (int i = 0; i < 500; i++) {
            table.put(i, i * 31L, i, i + 1000L, i + 2000L, i);
        }
        for (int i = 0; i < 500; i++) {
            int slot = table.find(i, i * 31L, i);
            assertThat(table.idHigh(slot)).isEqualTo(i + 1000L);
            assertThat(table.idLow(slot)).isEqualTo(i + 2000L);
            assertThat(table.find(i, i * 31L, i + 1)).isEqualTo(AliasTable.ABSENT);
        }
        table.put(7, 7 * 31L, 7, 8, 9, 1);
        assertThat(table.size()).isEqualTo(500);
        assertThat(table.idHigh(table.find(7, 7 * 31L, 7))).isEqualTo(8);
    }

    @Test
    void shouldForgetEverythingWhenFull() {
        AliasTable table = new AliasTable(5, 100);
        for (int i = 0; i < 101; i++) {
            table.put(i, i, i, 0, 0, 0);
        }
        assertThat(table.size()).isEqualTo(1);
    }
}
