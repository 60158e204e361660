package io.millrace.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * An AccessKey, and where it may be used: the content of a file of lines {@code url: ...}, {@code access-key-id: ...},
 * {@code access-key-secret: ...}. Immutable.
 *
 * @param url null when the file does not say
 */
record Credentials(@Nullable String url, String keyId, String secret) {
    /** In the data folder of a standalone Millrace. */
    static final String FILE_NAME = "admin.credentials";

    /** @throws CliException when the file cannot be read or lacks a line */
    static Credentials read(Path file) {
        Properties lines = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            lines.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new CliException(CliException.WRONG_USE, "The credentials file " + file + " cannot be read: " + e);
        }
        String keyId = lines.getProperty("access-key-id");
        String secret = lines.getProperty("access-key-secret");
        if (keyId == null || secret == null) {
            throw new CliException(
                    CliException.WRONG_USE,
                    "The credentials file " + file + " needs the lines 'access-key-id: ...' and"
                            + " 'access-key-secret: ...', and may have 'url: ...'.");
        }
        warnWhenOthersCanRead(file);
        return new Credentials(lines.getProperty("url"), keyId.trim(), secret.trim());
    }

    private static void warnWhenOthersCanRead(Path file) {
        try {
            var permissions = Files.getPosixFilePermissions(file);
            if (permissions.contains(PosixFilePermission.GROUP_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_READ)) {
                System.err.println("millrace: others can read the secret in " + file + ": chmod 600 " + file);
            }
        } catch (IOException | UnsupportedOperationException e) {
            // a file system without permissions
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "Credentials[url=" + url + ", keyId=" + keyId + "]";
    }
}
