package io.millrace.promql.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GoStringTest {
    @Test
    void shouldQuoteAsGo() {
        assertThat(GoString.quote("plain ü 日本")).isEqualTo("\"plain ü 日本\"");
        assertThat(GoString.quote("a\"b\\c'd")).isEqualTo("\"a\\\"b\\\\c'd\"");
        assertThat(GoString.quote("\u0007\b\f\n\r\t\u000b\u0001\u007f"))
                .isEqualTo("\"\\a\\b\\f\\n\\r\\t\\v\\x01\\x7f\"");
        assertThat(GoString.quote("\u00a0\u200b\ue000")).isEqualTo("\"\\u00a0\\u200b\\ue000\"");
        assertThat(GoString.quote("😀")).isEqualTo("\"😀\"");
    }

    @Test
    void shouldShowBytesThatAreNotUtf8() {
        byte[] bytes = {'a', (byte) 0xc5, 'z', (byte) 0xff};
        String text = RawBytes.decode(bytes, 0, bytes.length);
        assertThat(GoString.quote(text)).isEqualTo("\"a\\xc5z\\xff\"");
        assertThat(RawBytes.isUtf8(text)).isFalse();
        assertThat(RawBytes.isUtf8("a😀ü")).isTrue();
    }

    @Test
    void shouldKeepReplacementCharactersThatAreInTheText() {
        byte[] bytes = "a\uFFFDb".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThat(RawBytes.decode(bytes, 0, bytes.length)).isEqualTo("a\uFFFDb");
    }

    @Test
    void shouldQuoteCharacters() {
        assertThat(GoString.quoteCharacter('a')).isEqualTo("'a'");
        assertThat(GoString.quoteCharacter('\'')).isEqualTo("'\\''");
        assertThat(GoString.quoteCharacter('"')).isEqualTo("'\"'");
        assertThat(GoString.quoteCharacter(-1)).isEqualTo("'\uFFFD'");
        assertThat(GoString.unicode('j')).isEqualTo("U+006A 'j'");
        assertThat(GoString.unicode('\n')).isEqualTo("U+000A");
    }

    @Test
    void shouldCutLongText() {
        assertThat(GoString.quoteFirst("0123456789abc", 10)).isEqualTo("\"0123456789\"");
        assertThat(GoString.quoteFirst("short", 10)).isEqualTo("\"short\"");
    }
}
