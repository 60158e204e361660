package io.millrace.promql.lex;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.promql.ast.PositionRange;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LexerTest {
    private static String types(String query) {
        return Lexer.tokens(query).stream().map(token -> token.type().name()).collect(Collectors.joining(" "));
    }

    @Test
    void shouldTellWordsByWhereTheyStand() {
        assertThat(types("sum by (le)")).isEqualTo("SUM BY LEFT_PAREN IDENTIFIER RIGHT_PAREN EOF");
        assertThat(types("{sum=\"by\"}")).isEqualTo("LEFT_BRACE IDENTIFIER EQUAL STRING RIGHT_BRACE EOF");
        assertThat(types("a:b :c INF nan SuM")).isEqualTo("METRIC_IDENTIFIER METRIC_IDENTIFIER NUMBER NUMBER SUM EOF");
        assertThat(types("x[5m:step()]"))
                .isEqualTo("IDENTIFIER LEFT_BRACKET DURATION COLON STEP LEFT_PAREN RIGHT_PAREN RIGHT_BRACKET EOF");
    }

    @Test
    void shouldLeaveOutCommentsAndSpaces() {
        assertThat(types("1 # one\n + # two\r\n\t2")).isEqualTo("NUMBER ADD NUMBER EOF");
        assertThat(types("{ # c }\n}")).isEqualTo("LEFT_BRACE RIGHT_BRACE EOF");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0", "1", "4.23", ".3", "5.", "1e5", "1E-3", "1.5e+3", "0x1f", "0X_F", "1_000", "0x1e5", "Inf", "nan"
            })
    void shouldReadNumbers(String text) {
        assertThat(Lexer.tokens(text).get(0))
                .extracting(Token::type, Token::text)
                .containsExactly(TokenType.NUMBER, text);
        assertThat(Lexer.tokens(text)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5s", "5m", "1h30m", "100ms", "1y1w1d1h1m1s1ms", "0s"})
    void shouldReadDurations(String text) {
        assertThat(types(text)).isEqualTo("DURATION EOF");
        assertThat(types("x[" + text + "]")).isEqualTo("IDENTIFIER LEFT_BRACKET DURATION RIGHT_BRACKET EOF");
    }

    @ParameterizedTest
    @CsvSource({
        "1.5h2, 'bad number or duration syntax: \"1.5h2\"'",
        "0x1.2, 'bad number or duration syntax: \"0x1.\"'",
        "1e, 'bad number or duration syntax: \"1e\"'",
        "1..2, 'bad number or duration syntax: \"1..\"'",
        "1__0, 'bad number or duration syntax: \"1__\"'",
        "5x, 'bad number or duration syntax: \"5\"'",
        "5mx, 'bad number or duration syntax: \"5mx\"'",
        "$, 'unexpected character: ''$'''",
        "ü, 'unexpected character: ''ü'''",
        "a!b, 'unexpected character after ''!'': ''b'''",
        "a=~b, 'unexpected character after ''='': ''~'''",
        "{a!b}, 'unexpected character after ''!'' inside braces: ''b'''",
        "{1}, 'unexpected character inside braces: ''1'''",
        "{{, 'unexpected left brace ''{'''",
        "{a, unexpected end of input inside braces",
        "(a, unclosed left parenthesis",
        "a), 'unexpected right parenthesis '')'''",
        "a], 'unexpected right bracket '']'''",
        "a[, unexpected end of input in duration expression",
        "a[:5m], unexpected colon before duration in duration expression",
        "a[5m::], unexpected repeated colon in duration expression",
        "a[x], 'unexpected character in duration expression: ''x'''",
        "a[5m # c], 'unexpected character in duration expression: ''#'''",
        "'\"abc', unterminated quoted string",
        "'`abc', unterminated raw string",
        "'\"\\j\"', 'unknown escape sequence U+006A ''j'''",
        "'\"\\', escape sequence not terminated",
        "'\"\\xg\"', 'illegal character U+0067 ''g'' in escape sequence'",
        "'\"\\400\"', escape sequence is an invalid Unicode code point",
        "'\"\\ud800\"', escape sequence is an invalid Unicode code point"
    })
    void shouldSayWhatIsWrong(String query, String message) {
        List<Token> tokens = Lexer.tokens(query);
        Token last = tokens.get(tokens.size() - 1);
        assertThat(last.type()).isEqualTo(TokenType.ERROR);
        assertThat(last.text()).isEqualTo(message);
    }

    @Test
    void shouldCountPositionsInBytes() {
        List<Token> tokens = Lexer.tokens("\"ü😀\" + foo");
        assertThat(tokens.get(0).position()).isEqualTo(new PositionRange(0, 8));
        assertThat(tokens.get(1).position()).isEqualTo(new PositionRange(9, 10));
        assertThat(tokens.get(2).position()).isEqualTo(new PositionRange(11, 14));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"a\\tb\\\\\\\"\"', 'a\tb\\\"'",
        "'''it\\''s''', it's",
        "'`a\\nb`', 'a\\nb'",
        "'\"\\x41\\101\\u00fc\\U0001F600\"', AAü😀",
        "'\"ü\"', ü"
    })
    void shouldResolveEscapes(String quoted, String content) {
        assertThat(StringLiterals.unquote(quoted)).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({
        "foo, 'identifier \"foo\"'",
        "a:b, 'metric identifier \"a:b\"'",
        "by, <by>",
        "and, <op:and>",
        "SUM, <aggr:SUM>",
        "start, '\"start\"'",
        "1.5, 'number \"1.5\"'",
        "12345678901, 'number \"1234567890\"...'",
        "5m, 'duration \"5m\"'",
        "'\"a very long string\"', 'string \"\\\"a very lo\"...'",
        "@, <op:@>",
        "'=', '\"=\"'"
    })
    void shouldDescribeTokens(String query, String description) {
        assertThat(Lexer.tokens(query).get(0).description()).isEqualTo(description);
    }
}
