package io.millrace.promql.lex;

import io.millrace.promql.ast.PositionRange;
import io.millrace.promql.format.GoString;
import io.millrace.promql.format.RawBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a query into tokens. What a character means depends on where it stands, so there are three modes: plain, inside
 * braces (every word is a label name) and inside brackets (durations and their arithmetic). Positions are offsets in UTF-8
 * bytes. One use, not thread-safe.
 *
 * <p>Numbers and durations follow Prometheus' scanner step by step, so that what it refuses ({@code 1.5h2}, {@code 0x1.2},
 * {@code 1e}) is refused here with the same text.
 */
public final class Lexer {
    private static final int END = -1;

    private enum Mode {
        PLAIN,
        BRACES,
        BRACKETS
    }

    private final byte[] input;
    private final List<Token> tokens = new ArrayList<>();
    private Mode mode = Mode.PLAIN;
    private int start;
    private int position;
    private int openParens;
    private boolean sawDuration;
    private boolean sawColon;

    private Lexer(byte[] input) {
        this.input = input;
    }

    /** All tokens; the last is an {@link TokenType#EOF} or an {@link TokenType#ERROR}. Comments are left out. */
    public static List<Token> tokens(String query) {
        Lexer lexer = new Lexer(query.getBytes(StandardCharsets.UTF_8));
        try {
            while (lexer.next()) {}
        } catch (LexError e) {
            lexer.tokens.add(
                    new Token(TokenType.ERROR, e.getMessage(), new PositionRange(lexer.start, lexer.input.length)));
        }
        return lexer.tokens;
    }

    /** Reads one token; false after the end. */
    private boolean next() {
        start = position;
        int c = peek();
        if (isSpace(c)) {
            position++;
            return true;
        }
        if (c == '#' && mode != Mode.BRACKETS) {
            while (peek() != END && peek() != '\n') {
                position++;
            }
            return true;
        }
        return switch (mode) {
            case PLAIN -> plain(read());
            case BRACES -> braces(read());
            case BRACKETS -> brackets(read());
        };
    }

    private boolean plain(int c) {
        switch (c) {
            case END -> {
                if (openParens != 0) {
                    throw new LexError("unclosed left parenthesis");
                }
                return emit(TokenType.EOF, false);
            }
            case ',' -> emit(TokenType.COMMA);
            case '*', '/', '%', '+', '-', '^' -> emit(arithmetic(c));
            case '=' -> equalSign();
            case '!' -> {
                int following = read();
                if (following != '=') {
                    throw new LexError("unexpected character after '!': " + GoString.quoteCharacter(following));
                }
                emit(TokenType.NEQ);
            }
            case '<' -> emit(accept("=") ? TokenType.LTE : accept("/") ? TokenType.TRIM_UPPER : TokenType.LSS);
            case '>' -> emit(accept("=") ? TokenType.GTE : accept("/") ? TokenType.TRIM_LOWER : TokenType.GTR);
            case '"', '\'', '`' -> string(c);
            case '(', ')' -> parenthesis(c);
            case '{' -> {
                emit(TokenType.LEFT_BRACE);
                mode = Mode.BRACES;
            }
            case '[' -> {
                emit(TokenType.LEFT_BRACKET);
                mode = Mode.BRACKETS;
                sawDuration = false;
                sawColon = false;
            }
            case ']' -> throw new LexError("unexpected right bracket " + GoString.quoteCharacter(c));
            case '@' -> emit(TokenType.AT);
            default -> {
                if (isDigit(c) || c == '.' && isDigit(peek())) {
                    numberOrDuration();
                } else if (isAlpha(c) || c == ':') {
                    word();
                } else {
                    throw new LexError("unexpected character: " + GoString.quoteCharacter(c));
                }
            }
        }
        return true;
    }

    private void equalSign() {
        if (peek() == '~') {
            throw new LexError("unexpected character after '=': " + GoString.quoteCharacter('~'));
        }
        emit(accept("=") ? TokenType.EQL : TokenType.EQUAL);
    }

    private boolean braces(int c) {
        switch (c) {
            case END -> throw new LexError("unexpected end of input inside braces");
            case ',' -> emit(TokenType.COMMA);
            case '"', '\'', '`' -> string(c);
            case '=' -> emit(accept("~") ? TokenType.EQUAL_REGEX : TokenType.EQUAL);
            case '!' -> {
                int following = read();
                switch (following) {
                    case '~' -> emit(TokenType.NOT_EQUAL_REGEX);
                    case '=' -> emit(TokenType.NEQ);
                    default ->
                        throw new LexError(
                                "unexpected character after '!' inside braces: " + GoString.quoteCharacter(following));
                }
            }
            case '{' -> throw new LexError("unexpected left brace " + GoString.quoteCharacter(c));
            case '}' -> {
                emit(TokenType.RIGHT_BRACE);
                mode = Mode.PLAIN;
            }
            default -> {
                if (!isAlpha(c)) {
                    throw new LexError("unexpected character inside braces: " + GoString.quoteCharacter(c));
                }
                while (isAlphanumeric(peek())) {
                    position++;
                }
                emit(TokenType.IDENTIFIER);
            }
        }
        return true;
    }

    private boolean brackets(int c) {
        switch (c) {
            case END -> throw new LexError("unexpected end of input in duration expression");
            case ']' -> {
                emit(TokenType.RIGHT_BRACKET);
                mode = Mode.PLAIN;
            }
            case ':' -> {
                if (!sawDuration) {
                    throw misplaced("unexpected colon before duration in duration expression");
                }
                if (sawColon) {
                    throw misplaced("unexpected repeated colon in duration expression");
                }
                emit(TokenType.COLON);
                sawColon = true;
            }
            case '(', ')' -> parenthesis(c);
            case ',' -> emit(TokenType.COMMA);
            case '*', '/', '%', '+', '-', '^' -> emit(arithmetic(c));
            default -> {
                if (isDigit(c) || c == '.' && isDigit(peek())) {
                    sawDuration = true;
                    numberOrDuration();
                } else if (!durationWord(c)) {
                    throw new LexError("unexpected character in duration expression: " + GoString.quoteCharacter(c));
                }
            }
        }
        return true;
    }

    private boolean durationWord(int c) {
        if (!isAlpha(c)) {
            return false;
        }
        int afterFirst = position;
        while (isAlphanumeric(peek())) {
            position++;
        }
        TokenType type = TokenType.ofWord(text());
        if (type == TokenType.STEP || type == TokenType.RANGE || type == TokenType.MIN_OF || type == TokenType.MAX_OF) {
            sawDuration = true;
            emit(type);
            return true;
        }
        position = afterFirst;
        return false;
    }

    private static TokenType arithmetic(int c) {
        return switch (c) {
            case '*' -> TokenType.MUL;
            case '/' -> TokenType.DIV;
            case '%' -> TokenType.MOD;
            case '+' -> TokenType.ADD;
            case '-' -> TokenType.SUB;
            default -> TokenType.POW;
        };
    }

    private void parenthesis(int c) {
        openParens += c == '(' ? 1 : -1;
        if (openParens < 0) {
            throw misplaced("unexpected right parenthesis " + GoString.quoteCharacter(c));
        }
        emit(c == '(' ? TokenType.LEFT_PAREN : TokenType.RIGHT_PAREN);
    }

    /** An error that Prometheus reports behind the character. */
    private LexError misplaced(String message) {
        start = position;
        return new LexError(message);
    }

    private void word() {
        while (isAlphanumeric(peek()) || peek() == ':') {
            position++;
        }
        String word = text();
        TokenType reserved = TokenType.ofWord(word);
        if (reserved != null) {
            emit(reserved);
        } else {
            emit(word.indexOf(':') < 0 ? TokenType.IDENTIFIER : TokenType.METRIC_IDENTIFIER);
        }
    }

    // Strings

    private void string(int quote) {
        if (quote == '`') {
            rawString();
            return;
        }
        while (true) {
            int c = read();
            if (c == '\\') {
                escape(quote);
            } else if (c == END || c == '\n') {
                throw new LexError("unterminated quoted string");
            } else if (c == quote) {
                emit(TokenType.STRING);
                return;
            }
        }
    }

    private void rawString() {
        int c;
        do {
            c = read();
            if (c == END) {
                throw new LexError("unterminated raw string");
            }
        } while (c != '`');
        emit(TokenType.STRING);
    }

    private void escape(int quote) {
        int c = read();
        switch (c) {
            case 'a', 'b', 'f', 'n', 'r', 't', 'v', '\\' -> {}
            case '0', '1', '2', '3', '4', '5', '6', '7' -> escapeDigits(c, 3, 8, 255);
            case 'x' -> escapeDigits(read(), 2, 16, 255);
            case 'u' -> escapeDigits(read(), 4, 16, Character.MAX_CODE_POINT);
            case 'U' -> escapeDigits(read(), 8, 16, Character.MAX_CODE_POINT);
            case END -> throw new LexError("escape sequence not terminated");
            default -> {
                if (c != quote) {
                    throw new LexError("unknown escape sequence " + GoString.unicode(c));
                }
            }
        }
    }

    private void escapeDigits(int first, int count, int radix, int max) {
        long value = 0;
        int c = first;
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                c = read();
            }
            int digit = c >= 0 && c < 0x80 ? Character.digit(c, radix) : -1;
            if (digit < 0) {
                throw new LexError(
                        c == END
                                ? "escape sequence not terminated"
                                : "illegal character " + GoString.unicode(c) + " in escape sequence");
            }
            value = value * radix + digit;
        }
        if (value > max || value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE) {
            throw new LexError("escape sequence is an invalid Unicode code point");
        }
    }

    // Numbers and durations

    private void numberOrDuration() {
        position = start;
        if (scanNumber()) {
            emit(TokenType.NUMBER);
        } else if (scanDurationUnits()) {
            emit(TokenType.DURATION);
        } else {
            throw new LexError("bad number or duration syntax: " + GoString.quote(text()));
        }
    }

    /** Consumes {@code [.]digits} and then digits, dots, exponents and underscores as far as they make a number. */
    private boolean scanNumber() {
        String digits = "0123456789";
        boolean hexadecimal = false;
        if (accept("0") && accept("xX")) {
            accept("_");
            digits = "0123456789abcdefABCDEF";
            hexadecimal = true;
        }
        accept(".");
        accept(digits);
        boolean dot = false;
        boolean exponent = false;
        while (isOneOf(peek(), digits) || isOneOf(peek(), "._eE")) {
            if (peek() == '.' && dot || isOneOf(peek(), "eE") && exponent) {
                position++;
                return false;
            }
            if (accept(".")) {
                dot = true;
                if (accept("_.") || hexadecimal) {
                    return false;
                }
            } else if (accept("eE")) {
                exponent = true;
                accept("+-");
                if (accept("._eE") || peek() == END) {
                    return false;
                }
            } else if (accept("_")) {
                if (accept("._eE") || peek() == END) {
                    return false;
                }
            } else {
                while (accept(digits)) {}
            }
        }
        return !isAlphanumeric(peek());
    }

    /** Consumes the rest of a duration whose first number is already read. */
    private boolean scanDurationUnits() {
        if (!accept("smhdwy")) {
            return false;
        }
        accept("s");
        while (accept("0123456789")) {
            while (accept("0123456789")) {}
            // Years come first only.
            if (!accept("smhdw")) {
                return false;
            }
            accept("s");
        }
        if (isAlphanumeric(peek())) {
            position++;
            return false;
        }
        return true;
    }

    // Characters

    private int peek() {
        int at = position;
        int c = read();
        position = at;
        return c;
    }

    /** The next character and past it; {@link #END} at the end. */
    private int read() {
        if (position >= input.length) {
            return END;
        }
        int first = input[position];
        if (first >= 0) {
            position++;
            return first;
        }
        int length = RawBytes.sequenceLength(input, position, input.length);
        if (length == 0) {
            position++;
            return 0xFFFD;
        }
        int c = new String(input, position, length, StandardCharsets.UTF_8).codePointAt(0);
        position += length;
        return c;
    }

    private boolean accept(String oneOf) {
        if (isOneOf(peek(), oneOf)) {
            position++;
            return true;
        }
        return false;
    }

    private static boolean isOneOf(int c, String characters) {
        return c >= 0 && characters.indexOf(c) >= 0;
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private static boolean isAlpha(int c) {
        return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isAlphanumeric(int c) {
        return isAlpha(c) || isDigit(c);
    }

    private String text() {
        return new String(input, start, position - start, StandardCharsets.UTF_8);
    }

    private void emit(TokenType type) {
        emit(type, true);
    }

    private boolean emit(TokenType type, boolean more) {
        tokens.add(new Token(type, text(), new PositionRange(start, position)));
        return more;
    }

    /** Carries the message of a token that is none. */
    private static final class LexError extends RuntimeException {
        private final String text;

        LexError(String text) {
            super(text, null, false, false);
            this.text = text;
        }

        @Override
        public String getMessage() {
            return text;
        }
    }
}
