package io.millrace.standalone;

import io.millrace.runtime.control.AccessKey;
import io.millrace.runtime.control.AccessKeys;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;

/**
 * The file with the AccessKey of the commands of {@code millrace}, in the form of their option {@code --credentials}.
 * Readable by the owner only, replaced as a whole. Stateless.
 */
final class CommandCredentials {
    private static final String URL = "url";
    private static final String KEY_ID = "access-key-id";
    private static final String SECRET = "access-key-secret";

    private final Path file;

    CommandCredentials(Path file) {
        this.file = file;
    }

    /** Empty when there is no file. */
    Optional<String> keyId() throws IOException {
        return Optional.ofNullable(read().getProperty(KEY_ID));
    }

    /** Whether the secret in the file is this key's. */
    boolean isOf(AccessKey key) throws IOException {
        return AccessKeys.verify(key, read().getProperty(SECRET, ""));
    }

    /** Says where the query service is now. */
    void writeUrl(String url) throws IOException {
        Properties lines = read();
        if (!url.equals(lines.getProperty(URL))) {
            write(url, lines.getProperty(KEY_ID, ""), lines.getProperty(SECRET, ""));
        }
    }

    void write(String url, AccessKeys.NewAccessKey key) throws IOException {
        write(url, key.key().id(), key.secret().reveal());
    }

    private void write(String url, String keyId, String secret) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, """
                # The AccessKey of the commands of millrace on this machine: it may do everything.
                %s: %s
                %s: %s
                %s: %s
                """.formatted(URL, url, KEY_ID, keyId, SECRET, secret));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Properties read() throws IOException {
        Properties lines = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            lines.load(reader);
        } catch (NoSuchFileException e) {
            // the first start
        }
        return lines;
    }
}
