package io.millrace.torture;

import io.millrace.testkit.cluster.ClusterProcess;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Kills and pauses processes at random, and starts them again. A process that was killed may be killed again while it
 * starts, and several may be down at a time. One that ends by itself is started again too, as any supervisor would, and
 * counted. For one thread; what it starts runs on threads of its own.
 */
final class Chaos implements AutoCloseable {
    /** Of a hundred: the others are paused. */
    private static final int KILLS = 60;
    /** Of a hundred rounds that do not wait for anything before the next. */
    private static final int TOGETHER = 20;

    private static final int LONGEST_REST_MS = 4_000;
    private static final int LONGEST_ABSENCE_MS = 4_000;
    private static final int LONGEST_PAUSE_MS = 6_000;
    /** Longer than session and transaction time-outs, so that others take over what the paused one still believes in. */
    private static final int VERY_LONG_PAUSE_MS = 25_000;

    private final List<ClusterProcess> processes;
    private final Random random;
    private final PrintStream out;
    private final Set<ClusterProcess> busy = new HashSet<>();
    private final List<Future<?>> recoveries = new ArrayList<>();
    private final Map<String, Integer> done = new TreeMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "recovery");
        thread.setDaemon(true);
        return thread;
    });
    private final long startNanos = System.nanoTime();
    private int endedByThemselves;

    Chaos(List<ClusterProcess> processes, long seed, PrintStream out) {
        this.processes = List.copyOf(processes);
        this.random = new Random(seed);
        this.out = out;
    }

    /** Harms one process, and waits a little, or not at all. */
    void round(int number) throws InterruptedException {
        ClusterProcess victim = choose();
        if (random.nextInt(100) < KILLS) {
            kill(number, victim);
        } else {
            pause(number, victim);
        }
        if (random.nextInt(100) >= TOGETHER) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_REST_MS));
        }
        revive();
    }

    private ClusterProcess choose() throws InterruptedException {
        while (true) {
            ClusterProcess one = processes.get(random.nextInt(processes.size()));
            synchronized (busy) {
                if (!busy.contains(one) && one.isAlive()) {
                    busy.add(one);
                    return one;
                }
            }
            TimeUnit.MILLISECONDS.sleep(10);
            revive();
        }
    }

    private void kill(int number, ClusterProcess victim) {
        int absence = random.nextBoolean() ? 0 : random.nextInt(LONGEST_ABSENCE_MS);
        say(number, "kill -9 " + victim.name() + (absence == 0 ? "" : ", away for " + absence + " ms"));
        count("kill", victim);
        victim.kill();
        recover(victim, absence, victim::start);
    }

    private void pause(int number, ClusterProcess victim) {
        int length = random.nextInt(10) == 0
                ? LONGEST_PAUSE_MS + random.nextInt(VERY_LONG_PAUSE_MS - LONGEST_PAUSE_MS)
                : 200 + random.nextInt(LONGEST_PAUSE_MS);
        say(number, "pause " + victim.name() + " for " + length + " ms");
        count("pause", victim);
        victim.pause();
        recover(victim, length, victim::resume);
    }

    private void recover(ClusterProcess victim, int afterMs, Runnable action) {
        recoveries.removeIf(Chaos::isOver);
        recoveries.add(threads.submit(() -> {
            TimeUnit.MILLISECONDS.sleep(afterMs);
            action.run();
            synchronized (busy) {
                busy.remove(victim);
            }
            return null;
        }));
    }

    /** Whether it has ended well; throws when it has ended otherwise: a process cannot be started any more. */
    private static boolean isOver(Future<?> recovery) {
        if (!recovery.isDone()) {
            return false;
        }
        try {
            recovery.get();
            return true;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a process cannot be started again", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void revive() {
        for (ClusterProcess process : processes) {
            synchronized (busy) {
                if (busy.contains(process) || process.isAlive()) {
                    continue;
                }
            }
            endedByThemselves++;
            out.println("torture: " + process.name() + " has ended by itself and is started again");
            process.start();
        }
    }

    /** Waits until everything that was harmed is started or resumed. */
    void rest() throws InterruptedException {
        while (!recoveries.stream().allMatch(Chaos::isOver)) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        recoveries.clear();
        revive();
    }

    private void count(String what, ClusterProcess victim) {
        done.merge(what + " " + victim.kind(), 1, Integer::sum);
    }

    private void say(int number, String what) {
        out.printf("torture: %6.1f s round %d: %s%n", (System.nanoTime() - startNanos) / 1e9, number, what);
    }

    /** How often each kind of process was killed and paused. */
    Map<String, Integer> counts() {
        return new TreeMap<>(done);
    }

    /** How often a process ended that nobody had killed. */
    int endedByThemselves() {
        return endedByThemselves;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
