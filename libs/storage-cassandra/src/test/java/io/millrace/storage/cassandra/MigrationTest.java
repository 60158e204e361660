package io.millrace.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MigrationTest {
    @Test
    void shouldReadStatementsWithoutComments() {
        Migration migration = new Migration(
                1, "x", "-- about\nCREATE TABLE a (\n  k int -- key\n) WITH c = ${c};\n\nDROP TABLE b;\n");
        assertThat(migration.statements(Map.of("c", "{'x': 1}")))
                .containsExactly("CREATE TABLE a ( k int ) WITH c = {'x': 1}", "DROP TABLE b");
    }

    @Test
    void shouldRefuseAStatementWithoutAnEnd() {
        assertThatThrownBy(() -> new Migration(7, "x", "DROP TABLE b").statements(Map.of()))
                .hasMessageContaining("V7");
    }

    @Test
    void shouldNumberTheMigrationsWithoutGaps() {
        List<Migration> all = SchemaMigrations.ALL;
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).version()).isEqualTo(i + 1);
        }
    }

    @Test
    void shouldNotDependOnCommentsInItsChecksum() {
        assertThat(new Migration(1, "x", "DROP TABLE b;").checksum())
                .isEqualTo(new Migration(1, "x", "-- why\nDROP TABLE b;").checksum())
                .isNotEqualTo(new Migration(1, "x", "DROP TABLE c;").checksum());
    }
}
