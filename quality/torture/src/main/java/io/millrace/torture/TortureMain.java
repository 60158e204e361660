package io.millrace.torture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** The program behind {@code bin/torture}. Exit codes: 0 passed, 1 failed, 2 wrong arguments. */
public final class TortureMain {
    private static final String USAGE = """
            usage: bin/torture [--rounds N] [--seed S] [--minutes M] [--check-every N] [--folder DIR]
              --rounds       kills and pauses together, 200
              --seed         repeats the same choices; without, a new one
              --minutes      ends with fewer rounds when they take longer, 60
              --check-every  rounds between two checks of everything, 25
              --folder       for data and logs; without, a new one in the system's folder for temporary files
            """;

    private TortureMain() {}

    /** @param arguments as the usage says */
    public static void main(String[] arguments) throws Exception {
        int rounds = 200;
        int checkEvery = 25;
        long seed = ThreadLocalRandom.current().nextLong(1_000_000);
        Duration limit = Duration.ofMinutes(60);
        Path folder = null;
        try {
            for (int i = 0; i < arguments.length; i += 2) {
                String value = i + 1 < arguments.length ? arguments[i + 1] : "";
                switch (arguments[i]) {
                    case "--rounds" -> rounds = Integer.parseInt(value);
                    case "--check-every" -> checkEvery = Integer.parseInt(value);
                    case "--seed" -> seed = Long.parseLong(value);
                    case "--minutes" -> limit = Duration.ofMinutes(Long.parseLong(value));
                    case "--folder" -> folder = Path.of(value);
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
        } catch (IllegalArgumentException e) {
            System.err.print("torture: " + e.getMessage() + "\n" + USAGE);
            System.exit(2);
            return;
        }
        if (folder == null) {
            folder = Files.createTempDirectory("millrace-torture-");
        }
        TortureSettings settings = TortureSettings.standard(seed, folder)
                .withRounds(rounds, checkEvery)
                .withLimit(limit);
        System.exit(new Torture(settings, System.out).run() ? 0 : 1);
    }
}
