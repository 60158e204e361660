package io.millrace.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace logs}. */
@Command(name = "logs", mixinStandardHelpOptions = true, description = "Shows the last lines of a log.")
final class LogsCommand implements Callable<Integer> {

    private static final long FOLLOW_MILLIS = 250;

    /** A line that begins an entry, as against one of a stack trace. */
    private static final Pattern ENTRY = Pattern.compile("^\\d{4}-\\d\\d-\\d\\dT.*");

    /** What can be asked for, and the packages its entries come from. */
    private static final Map<String, String> SERVICES = new TreeMap<>(Map.of(
            "gateway", "io.millrace.gateway",
            "processor", "io.millrace.processor",
            "storage-writer", "io.millrace.writer",
            "query", "io.millrace.query"));

    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = {"-f", "--follow"},
            description = "Goes on showing what is added.")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "50",
            description = "How many lines (default: 50).")
    private int lines = 50;

    @Parameters(
            arity = "0..1",
            paramLabel = "OF",
            defaultValue = "all",
            description = "all (default), gateway, processor, storage-writer, query, kafka or cassandra.")
    private String of = "all";

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path logs = data.folder().logs();
        Path file = logs.resolve(fileOf(of));
        if (!Files.exists(file)) {
            throw new CommandException("There is no log " + file + ": nothing has been started in this data folder.");
        }
        Filter filter = new Filter(SERVICES.get(of));
        Deque<String> tail = new ArrayDeque<>();
        try (BufferedReader log = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = log.readLine(); line != null; line = log.readLine()) {
                if (filter.test(line)) {
                    tail.addLast(line);
                    if (tail.size() > lines) {
                        tail.removeFirst();
                    }
                }
            }
            tail.forEach(System.out::println);
            if (follow) {
                follow(file, log, filter);
            }
        }
        return 0;
    }

    /** Never returns: Ctrl-C ends it. A reader at the end of a file sees what is added to it. */
    private static void follow(Path file, BufferedReader first, Filter filter)
            throws IOException, InterruptedException {
        BufferedReader log = first;
        Object identity = identity(file);
        while (true) {
            String line = log.readLine();
            if (line != null) {
                if (filter.test(line)) {
                    System.out.println(line);
                }
            } else if (Files.exists(file) && !identity.equals(identity(file))) {
                identity = identity(file); // rolled over: a new file in its place
                log = Files.newBufferedReader(file, StandardCharsets.UTF_8);
            } else {
                Thread.sleep(FOLLOW_MILLIS);
            }
        }
    }

    private static Object identity(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file : key;
    }

    private static String fileOf(String of) {
        return switch (of) {
            case "kafka", "cassandra" -> of + ".log";
            case "all" -> "millrace.log";
            default -> {
                if (!SERVICES.containsKey(of)) {
                    throw new CommandException("There is no log of '" + of + "': ask for all, kafka, cassandra or "
                            + SERVICES.keySet() + ".");
                }
                yield "millrace.log";
            }
        };
    }

    /** Entries of one service, with their stack traces. */
    private static final class Filter implements Predicate<String> {
        private final @Nullable String origin;
        private boolean shown = true;

        Filter(@Nullable String origin) {
            this.origin = origin;
        }

        @Override
        public boolean test(String line) {
            if (origin != null && ENTRY.matcher(line).matches()) {
                shown = line.contains(" " + origin);
            }
            return shown;
        }
    }
}
