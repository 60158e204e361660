package io.millrace.promql.testscript;

import io.millrace.model.Labels;
import io.millrace.promql.engine.EngineOptions;
import io.millrace.promql.engine.PromqlEngine;
import io.millrace.promql.testscript.Command.Broken;
import io.millrace.promql.testscript.Command.Clear;
import io.millrace.promql.testscript.Command.Eval;
import io.millrace.promql.testscript.Command.Load;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs scripts, each over a storage of its own, in memory unless told otherwise. Thread-safe. */
public final class ScriptRunner {
    /** What the scripts of Prometheus assume: all experimental features on. */
    public static final EngineOptions OPTIONS = new EngineOptions(
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            1_000_000,
            1L << 30,
            Duration.ofSeconds(100),
            true,
            true,
            true,
            true,
            true);

    private final EvalRunner evals = new EvalRunner(new PromqlEngine(OPTIONS));
    private final Supplier<? extends ScriptStorage> storages;

    public ScriptRunner() {
        this(TestStorage::new);
    }

    /** @param storages makes an empty storage for each script */
    public ScriptRunner(Supplier<? extends ScriptStorage> storages) {
        this.storages = storages;
    }

    /** Runs all {@code .test} files of a folder, by name. */
    public List<FileReport> runFolder(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> paths = Files.list(folder)) {
            files = paths.filter(path -> path.toString().endsWith(".test"))
                    .sorted()
                    .toList();
        }
        List<FileReport> reports = new ArrayList<>();
        for (Path file : files) {
            reports.add(run(String.valueOf(file.getFileName()), Files.readString(file, StandardCharsets.UTF_8)));
        }
        return reports;
    }

    /** Runs a script to its end, whatever fails in it. */
    public FileReport run(String name, String script) {
        List<EvalOutcome> outcomes = new ArrayList<>();
        ScriptStorage storage = storages.get();
        String error = null;
        try {
            for (Command command : ScriptParser.parse(script)) {
                if (command instanceof Clear) {
                    storage.clear();
                } else if (command instanceof Load load) {
                    load(load, storage);
                } else if (command instanceof Eval eval) {
                    outcomes.add(new EvalOutcome(eval.line(), eval.query(), failure(eval, storage)));
                } else if (command instanceof Broken broken) {
                    error = error == null ? broken.message() : error;
                    if (broken.isEval()) {
                        outcomes.add(new EvalOutcome(broken.line(), broken.command(), broken.message()));
                    }
                }
            }
            return new FileReport(name, outcomes, error);
        } catch (ScriptException e) {
            return new FileReport(name, outcomes, e.getMessage());
        }
    }

    private @Nullable String failure(Eval eval, ScriptStorage storage) {
        try {
            return evals.failure(eval, storage);
        } catch (RuntimeException | StackOverflowError e) {
            StackTraceElement[] trace = e.getStackTrace();
            return "unexpected " + e + (trace.length == 0 ? "" : " at " + trace[0]);
        }
    }

    private static void load(Load load, ScriptStorage storage) {
        Map<Labels, List<Point>> starts = new HashMap<>();
        Map<Labels, List<Point>> series = new LinkedHashMap<>();
        for (SeriesNotation line : load.series()) {
            (line.startTimestamps() ? starts : series).put(line.labels(), line.points());
        }
        ClassicHistograms classic = new ClassicHistograms();
        series.forEach((labels, points) -> {
            List<Point> startPoints = starts.getOrDefault(labels, List.of());
            for (int i = 0; i < points.size(); i++) {
                Point point = points.get(i);
                if (point.omitted()) {
                    continue;
                }
                long time = i * load.intervalMs();
                Point start = i < startPoints.size() ? startPoints.get(i) : Point.OMITTED;
                long startMs = start.omitted() ? 0 : time + Math.round(start.value() * 1000);
                if (point.histogram() == null) {
                    storage.add(labels, time, point.value(), startMs);
                    classic.add(labels, time, point.value());
                } else {
                    storage.add(labels, time, point.histogram(), startMs);
                }
            }
        });
        if (load.withNativeHistograms()) {
            classic.addTo(storage);
        }
    }
}
