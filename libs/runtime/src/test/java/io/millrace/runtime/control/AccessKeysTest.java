package io.millrace.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AccessKeysTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void shouldMakeAnIdAndASecretOfTheDocumentedForm() {
        // when
        AccessKeys.NewAccessKey made = AccessKeys.generate("ops", NOW, null);

        // then
        assertThat(made.key().id()).matches("MK[A-Z2-7]{16}");
        assertThat(made.secret().reveal()).matches("[A-Z2-7]{32}");
        assertThat(made.key().secretHash()).matches("[0-9a-f]{64}");
        assertThat(made.key().enabled()).isTrue();
        assertThat(made.toString()).doesNotContain(made.secret().reveal());
    }

    @Test
    void shouldKnowItsSecretAndNoOther() {
        // given
        AccessKeys.NewAccessKey made = AccessKeys.generate("ops", NOW, null);

        // then
        assertThat(AccessKeys.verify(made.key(), made.secret().reveal())).isTrue();
        assertThat(AccessKeys.verify(made.key(), made.secret().reveal() + "A")).isFalse();
        assertThat(AccessKeys.verify(made.key(), "")).isFalse();
        assertThat(AccessKeys.verify(made.key(), "ä€")).isFalse();
    }

    @Test
    void shouldHashAsDocumented() {
        // sha256sum of the three bytes "abc"
        assertThat(AccessKeys.hash("abc"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void shouldNeverMakeTheSameTwice() {
        assertThat(IntStream.range(0, 1000)
                        .mapToObj(
                                i -> AccessKeys.generate("ops", NOW, null).key().id()))
                .doesNotHaveDuplicates();
    }
}
