package io.millrace.cli;

import java.io.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that say which Millrace a command is about, and with which AccessKey. From strong to weak: options,
 * environment, credentials file, the data folder of a standalone Millrace. For one thread.
 */
final class Connection {
    private static final String URL_VARIABLE = "MILLRACE_URL";
    private static final String FILE_VARIABLE = "MILLRACE_CREDENTIALS";
    private static final String ID_VARIABLE = "MILLRACE_ACCESS_KEY_ID";
    private static final String SECRET_VARIABLE = "MILLRACE_ACCESS_KEY_SECRET";
    private static final String DATA_VARIABLE = "MILLRACE_DATA";

    /** Above these options in the help. */
    static final String HEADING = "%nWhich Millrace, with which key:%n";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The query service, such as https://query.example.org:9203"
                    + " (or MILLRACE_URL; default: the one in the data folder).")
    private @Nullable String url;

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description = "A file with lines 'access-key-id:', 'access-key-secret:' and perhaps 'url:'"
                    + " (or MILLRACE_CREDENTIALS). Without it: MILLRACE_ACCESS_KEY_ID and"
                    + " MILLRACE_ACCESS_KEY_SECRET, then the data folder.")
    private @Nullable Path file;

    @Option(
            names = "--access-key",
            paramLabel = "ID",
            description = "AccessKey id; its secret is asked for at the terminal, or is in MILLRACE_ACCESS_KEY_SECRET.")
    private @Nullable String keyId;

    @Option(
            names = "--insecure-secret",
            paramLabel = "SECRET",
            description = "The secret of --access-key. Everybody on this machine can see it in the list of processes.")
    private @Nullable String secret;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "The data folder of a standalone Millrace (default: ./data, or MILLRACE_DATA).")
    private @Nullable Path data;

    /** @throws CliException when it is not clear which Millrace is meant, or there is no key for it */
    AdminClient connect() {
        Found found = find(System.getenv());
        return new AdminClient(found.url(), found.keyId(), found.secret(), found.from());
    }

    /** @param from where the key comes from, for messages */
    record Found(String url, String keyId, String secret, String from) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Found[url=" + url + ", keyId=" + keyId + ", from=" + from + "]";
        }
    }

    Found find(Map<String, String> environment) {
        String address = url != null ? url : environment.get(URL_VARIABLE);
        String id = keyId != null ? keyId : file == null ? environment.get(ID_VARIABLE) : null;
        if (id != null) {
            String from = keyId != null ? "--access-key" : ID_VARIABLE;
            return new Found(requireUrl(address), id, secretOf(id, environment), from);
        }
        Path path = file != null ? file : path(environment.get(FILE_VARIABLE));
        if (path != null) {
            Credentials read = Credentials.read(path);
            return new Found(
                    requireUrl(address != null ? address : read.url()), read.keyId(), read.secret(), path.toString());
        }
        Path folder = data != null ? data : Path.of(environment.getOrDefault(DATA_VARIABLE, "data"));
        return standalone(address, folder.resolve(Credentials.FILE_NAME));
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null || text.isEmpty() ? null : Path.of(text);
    }

    private static Found standalone(@Nullable String address, Path path) {
        if (!Files.exists(path)) {
            throw new CliException(
                    CliException.WRONG_USE,
                    address == null
                            ? "No Millrace to talk to: there is no " + path + ". Start one here with 'bin/millrace up',"
                                    + " name its folder with --data, or name another with --url and --credentials."
                            : "No AccessKey for " + address + ": set " + ID_VARIABLE + " and " + SECRET_VARIABLE
                                    + ", or give a file with --credentials.");
        }
        Credentials read = Credentials.read(path);
        if (address != null && !requireUrl(address).equals(requireUrl(read.url()))) {
            // a key must not be shown to a stranger
            throw new CliException(
                    CliException.WRONG_USE,
                    "No AccessKey for " + address + ": the one in " + path + " is for " + read.url() + ". Set "
                            + ID_VARIABLE + " and " + SECRET_VARIABLE + ", or give a file with --credentials.");
        }
        return new Found(requireUrl(read.url()), read.keyId(), read.secret(), path.toString());
    }

    private static String requireUrl(@Nullable String address) {
        if (address == null || address.isEmpty()) {
            throw new CliException(
                    CliException.WRONG_USE,
                    "Which Millrace? Give --url, or set " + URL_VARIABLE + ", such as http://127.0.0.1:9203.");
        }
        if (!address.matches("https?://[^/?#\\s]+/?")) {
            throw new CliException(
                    CliException.WRONG_USE,
                    "'" + address + "' is not the address of a query service: scheme, host and port, such as"
                            + " https://query.example.org:9203.");
        }
        return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }

    private String secretOf(String id, Map<String, String> environment) {
        String given = secret != null ? secret : environment.get(SECRET_VARIABLE);
        if (given != null) {
            return given;
        }
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("Secret of AccessKey %s: ", id);
        if (typed == null || typed.length == 0) {
            throw new CliException(
                    CliException.WRONG_USE,
                    "The secret of AccessKey " + id + " is missing: set " + SECRET_VARIABLE + ".");
        }
        return new String(typed);
    }
}
