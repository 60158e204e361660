package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.millrace.conformance.ScriptLoads.Point;
import io.millrace.model.Labels;
import io.millrace.model.NativeHistogram;
import io.millrace.model.SampleColumns;
import io.millrace.promql.testscript.EvalOutcome;
import io.millrace.promql.testscript.FileReport;
import io.millrace.promql.testscript.ScriptRunner;
import io.millrace.promql.testscript.ScriptStorage;
import io.millrace.promql.testscript.TestStorage;
import io.millrace.testkit.prometheus.ChunkReadClient;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteClient;
import io.millrace.testkit.remotewrite.WriteSeries;
import io.millrace.testkit.standalone.MillraceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * PromQL conformance scripts over samples that went the whole way: remote write to the gateway, Kafka, the processor, the
 * writer and Cassandra, and back through the remote read of the query service. What comes back is moved to the times of
 * the script, which begin in 1970, and evaluated.
 */
class ScriptsThroughMillraceIT {
    private static final Path FOLDER = Path.of(Objects.requireNonNullElse(System.getProperty("millrace.home"), "."))
            .resolve("../shared/conformance/promqltest")
            .normalize();

    /** Those whose series all have names, and no start timestamps, which remote read does not carry. */
    private static final List<String> SCRIPTS = List.of(
            "aggregators",
            "at_modifier",
            "functions",
            "histograms",
            "name_label_dropping",
            "native_histograms",
            "operators",
            "range_queries",
            "selectors",
            "staleness",
            "subquery");

    /** Tells the series of one state of a script from those of another. */
    private static final String STATE = "script_state";

    private static final int SERIES_PER_REQUEST = 500;
    private static final Duration CATCH_UP = Duration.ofMinutes(2);

    @TempDir
    Path temporary;

    @Test
    void shouldPassOverSamplesThatWentTheWholeWay() throws Exception {
        assumeThat(Files.isDirectory(FOLDER))
                .as("no conformance scripts at %s: nothing to send through Millrace", FOLDER)
                .isTrue();
        // given: what the scripts load, and how they do in memory
        ScriptLoads loads = new ScriptLoads();
        List<FileReport> inMemory = run(loads::recording);
        long latest = loads.all().stream()
                .flatMap(state -> state.values().stream())
                .mapToLong(NavigableMap::lastKey)
                .max()
                .orElse(0);
        long baseMs =
                System.currentTimeMillis() - latest - Duration.ofMinutes(1).toMillis();

        try (MillraceProcess millrace = new MillraceProcess(temporary.resolve("data"))) {
            millrace.up();
            WriteClient write = new WriteClient(URI.create(millrace.writeUrl()), millrace.keyId(), millrace.secret());
            for (int state = 0; state < loads.all().size(); state++) {
                send(write, loads.all().get(state), state, baseMs);
            }
            ChunkReadClient read = new ChunkReadClient(
                    URI.create(millrace.queryBase("demo") + "/api/v1/read"), millrace.keyId(), millrace.secret());

            // when
            List<Map<Labels, SampleColumns>> states = readBack(read, loads, baseMs);
            AtomicInteger next = new AtomicInteger();
            List<FileReport> through = run(() -> new ReadBack(states, next, baseMs));

            // then
            List<String> fallen = new ArrayList<>();
            int passed = 0;
            for (int i = 0; i < SCRIPTS.size(); i++) {
                passed += through.get(i).passed();
                compare(inMemory.get(i), through.get(i), fallen);
            }
            System.out.println(
                    passed + " evaluations of " + SCRIPTS.size() + " scripts pass over samples that went the whole"
                            + " way, " + loads.all().size() + " states");
            assertThat(fallen).isEmpty();
        }
    }

    private static List<FileReport> run(Supplier<? extends ScriptStorage> storages) throws IOException {
        ScriptRunner runner = new ScriptRunner(storages);
        List<FileReport> reports = new ArrayList<>();
        for (String script : SCRIPTS) {
            reports.add(runner.run(script, Files.readString(FOLDER.resolve(script + ".test"), StandardCharsets.UTF_8)));
        }
        return reports;
    }

    private static void compare(FileReport inMemory, FileReport through, List<String> fallen) {
        if (through.error() != null) {
            fallen.add(through.name() + ": " + through.error());
        }
        for (int i = 0; i < through.evals().size(); i++) {
            EvalOutcome outcome = through.evals().get(i);
            if (!outcome.passed() && inMemory.evals().get(i).passed()) {
                fallen.add(
                        through.name() + ":" + outcome.line() + " " + outcome.query() + "\n    " + outcome.failure());
            }
        }
    }

    private static void send(
            WriteClient client, NavigableMap<Labels, NavigableMap<Long, Point>> state, int number, long baseMs)
            throws Exception {
        List<WriteSeries> request = new ArrayList<>();
        for (Map.Entry<Labels, NavigableMap<Long, Point>> series : state.entrySet()) {
            WriteSeries one = WriteSeries.of(series.getKey().toBuilder()
                    .set(STATE, String.valueOf(number))
                    .build());
            series.getValue().forEach((time, point) -> {
                if (point.histogram() == null) {
                    one.sample(baseMs + time, point.value());
                } else {
                    one.histogram(baseMs + time, point.histogram());
                }
            });
            request.add(one);
            if (request.size() == SERIES_PER_REQUEST || series.getKey().equals(state.lastKey())) {
                HttpResponse<String> response = client.send1(RemoteWriteRequest.of(request));
                assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
                request.clear();
            }
        }
    }

    /** Waits until everything sent can be read, and gives it by state. */
    private static List<Map<Labels, SampleColumns>> readBack(ChunkReadClient client, ScriptLoads loads, long baseMs) {
        int samples = loads.all().stream()
                .flatMap(state -> state.values().stream())
                .mapToInt(Map::size)
                .sum();
        Map<Labels, SampleColumns> found = new TreeMap<>();
        await().atMost(CATCH_UP).pollDelay(Duration.ZERO).untilAsserted(() -> {
            found.clear();
            found.putAll(client.readWith(STATE, baseMs, System.currentTimeMillis()));
            assertThat(found.values().stream().mapToInt(SampleColumns::size).sum())
                    .as("samples that came back")
                    .isEqualTo(samples);
        });
        List<Map<Labels, SampleColumns>> states = new ArrayList<>();
        loads.all().forEach(state -> states.add(new TreeMap<>()));
        found.forEach((labels, columns) ->
                states.get(Integer.parseInt(labels.getOrEmpty(STATE))).put(labels.without(List.of(STATE)), columns));
        return states;
    }

    /** The storage of a script in the second run. */
    private static final class ReadBack extends ScriptLoads.Changes {
        private final List<Map<Labels, SampleColumns>> states;
        private final AtomicInteger next;
        private final long baseMs;

        ReadBack(List<Map<Labels, SampleColumns>> states, AtomicInteger next, long baseMs) {
            this.states = states;
            this.next = next;
            this.baseMs = baseMs;
        }

        @Override
        ScriptStorage changed() {
            Map<Labels, SampleColumns> state = states.get(next.getAndIncrement());
            assertThat(state.keySet()).as("the series of the first run").isEqualTo(content.keySet());
            TestStorage storage = new TestStorage();
            state.forEach((labels, columns) -> {
                for (int i = 0; i < columns.size(); i++) {
                    long time = columns.timestamp(i) - baseMs;
                    NativeHistogram histogram = columns.histogram(i);
                    if (histogram == null) {
                        storage.add(labels, time, columns.value(i), 0);
                    } else {
                        storage.add(labels, time, histogram, 0);
                    }
                }
            });
            return storage;
        }
    }
}
