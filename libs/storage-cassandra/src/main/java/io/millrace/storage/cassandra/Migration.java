package io.millrace.storage.cassandra;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * One step of the schema: a CQL file among the resources. Once released a file never changes; a later change of the
 * schema is a new file.
 *
 * @param version 1, 2, 3, ...
 * @param name what it does, as in the file name
 * @param text the file
 */
record Migration(int version, String name, String text) {
    static Migration load(int version, String name) {
        String file = "schema/V%03d_%s.cql".formatted(version, name);
        try (InputStream in = Migration.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + file + " is missing in the jar");
            }
            return new Migration(version, name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells whether the file is the one that was applied: CRC-32 of the text without comments, placeholders as they stand. */
    long checksum() {
        CRC32 crc = new CRC32();
        for (String statement : statements(Map.of())) {
            crc.update(statement.getBytes(StandardCharsets.UTF_8));
        }
        return crc.getValue();
    }

    /** The statements in order, {@code ${name}} replaced by its value. */
    List<String> statements(Map<String, String> values) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        for (String line : text.lines().toList()) {
            int comment = line.indexOf("--");
            String code = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (code.isEmpty()) {
                continue;
            }
            boolean last = code.endsWith(";");
            statement.append(statement.isEmpty() ? "" : " ").append(last ? code.substring(0, code.length() - 1) : code);
            if (last) {
                statements.add(fill(statement.toString(), values));
                statement.setLength(0);
            }
        }
        if (!statement.isEmpty()) {
            throw new IllegalStateException("schema V" + version + ": no ';' after: " + statement);
        }
        return statements;
    }

    private static String fill(String statement, Map<String, String> values) {
        String filled = statement;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace("${" + value.getKey() + "}", value.getValue());
        }
        return filled;
    }
}
