package io.millrace.promql.lex;

import io.millrace.promql.format.RawBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Reads the content of a quoted string. */
public final class StringLiterals {
    private StringLiterals() {}

    /**
     * The content of a string in single, double or back quotes. Bytes that are not UTF-8 become lone surrogates, see
     * {@link RawBytes}.
     *
     * @param quoted a {@link TokenType#STRING} token's text: its escapes are known to be sound
     */
    public static String unquote(String quoted) {
        String body = quoted.substring(1, quoted.length() - 1);
        if (quoted.charAt(0) == '`') {
            return body.indexOf('\r') < 0 ? body : body.replace("\r", "");
        }
        if (body.indexOf('\\') < 0) {
            return body;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length());
        int i = 0;
        while (i < body.length()) {
            int c = body.codePointAt(i);
            i += Character.charCount(c);
            if (c != '\\') {
                write(out, c);
                continue;
            }
            char escape = body.charAt(i++);
            switch (escape) {
                case 'a' -> out.write(0x07);
                case 'b' -> out.write('\b');
                case 'f' -> out.write('\f');
                case 'n' -> out.write('\n');
                case 'r' -> out.write('\r');
                case 't' -> out.write('\t');
                case 'v' -> out.write(0x0b);
                case 'x' -> {
                    out.write(Integer.parseInt(body, i, i + 2, 16));
                    i += 2;
                }
                case 'u' -> {
                    write(out, Integer.parseInt(body, i, i + 4, 16));
                    i += 4;
                }
                case 'U' -> {
                    write(out, Integer.parseInt(body, i, i + 8, 16));
                    i += 8;
                }
                case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                    out.write(Integer.parseInt(body, i - 1, i + 2, 8));
                    i += 2;
                }
                default -> out.write(escape);
            }
        }
        byte[] bytes = out.toByteArray();
        return RawBytes.decode(bytes, 0, bytes.length);
    }

    private static void write(ByteArrayOutputStream out, int codePoint) {
        out.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
    }
}
