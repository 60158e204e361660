package io.millrace.query.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.promql.generate.Dialect;
import io.millrace.promql.generate.QueryGenerator;
import io.millrace.query.RunningQuery;
import io.millrace.query.index.SeriesIndex;
import io.millrace.testkit.prometheus.PrometheusProcess;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteClient;
import io.millrace.testkit.remotewrite.WriteSeries;
import io.millrace.wire.chunk.XorChunk;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every query gets the same answer from Millrace, read from Cassandra and a writer, as from a Prometheus 2.42 with the
 * same samples, or a {@link KnownChange} says why not.
 */
class PrometheusDifferenceIT {
    private static final long HOUR_MS = Duration.ofHours(1).toMillis();
    private static final int SAMPLES_PER_CHUNK = 120;
    /** None in every build: what the values are depends on the time of day, and so may a difference nobody has explained. */
    private static final int RANDOM_QUERIES = Integer.getInteger("millrace.differential.queries", 0);

    private static final long SEED = Long.getLong("millrace.differential.seed", 42);
    private static final ExecutorService POOL = Executors.newFixedThreadPool(4);

    @TempDir
    static Path folder;

    private static long baseMs;
    private static RunningQuery query;
    private static PrometheusProcess prometheus;
    private static ComparedServers servers;

    @BeforeAll
    static void start() throws Exception {
        PrometheusProcess.assumeInstalled();
        baseMs = (System.currentTimeMillis()
                        - Duration.ofMinutes(DemoSeries.MINUTES + 30).toMillis())
                / HOUR_MS
                * HOUR_MS;
        List<DemoSeries.Samples> series = DemoSeries.from(baseMs);
        query = new RunningQuery(Map.of());
        for (DemoSeries.Samples one : series) {
            store(one);
        }
        query.startService();
        prometheus = PrometheusProcess.start(
                folder, PrometheusProcess.freePort(), "global: {}\n", "--web.enable-remote-write-receiver");
        send(series);
        servers = new ComparedServers(
                query.base(), query.keyId(), query.secret(), prometheus.url().toString());
    }

    @AfterAll
    static void stop() {
        POOL.shutdownNow();
        if (prometheus != null) {
            prometheus.close();
        }
        if (query != null) {
            query.close();
        }
    }

    /** All chunks go to Cassandra but the last, which is still open at the writer. */
    private static void store(DemoSeries.Samples samples) throws Exception {
        XorChunk chunk = new XorChunk();
        int day = Integer.MIN_VALUE;
        for (int i = 0; i < samples.timestamps().size(); i++) {
            long timestamp = samples.timestamps().get(i);
            boolean nextDay = SeriesIndex.day(timestamp) != day;
            if (chunk.samples() > 0 && (nextDay || chunk.samples() == SAMPLES_PER_CHUNK)) {
                query.write(samples.labels(), i, chunk);
                chunk = new XorChunk();
            }
            if (nextDay) {
                day = SeriesIndex.day(timestamp);
                query.announce(samples.labels(), day);
            }
            chunk.append(timestamp, Double.doubleToRawLongBits(samples.values().get(i)));
        }
        query.open(samples.labels(), samples.timestamps().size(), chunk);
    }

    /** Hour by hour, because a Prometheus takes samples about in the order of their times. */
    private static void send(List<DemoSeries.Samples> series) throws Exception {
        WriteClient client = new WriteClient(prometheus.url().resolve("/api/v1/write"), "", "");
        for (long from = baseMs; from < baseMs + DemoSeries.MINUTES * 60_000L; from += HOUR_MS / 2) {
            List<WriteSeries> part = new ArrayList<>();
            for (DemoSeries.Samples one : series) {
                WriteSeries write = WriteSeries.of(one.labels());
                for (int i = 0; i < one.timestamps().size(); i++) {
                    long timestamp = one.timestamps().get(i);
                    if (timestamp >= from && timestamp < from + HOUR_MS / 2) {
                        write.sample(timestamp, one.values().get(i));
                    }
                }
                part.add(write);
            }
            HttpResponse<String> response = client.send1(RemoteWriteRequest.of(part));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        }
    }

    @Test
    void shouldAnswerTemplatesAsPrometheusDoes() throws Exception {
        compare("templates", Templates.queries());
    }

    @Test
    void shouldAnswerRandomQueriesAsPrometheusDoes() throws Exception {
        Assumptions.assumeTrue(RANDOM_QUERIES > 0, "random queries: run with -Dmillrace.differential.queries=2000");
        QueryGenerator generator = new QueryGenerator(
                DemoSeries.vocabulary(List.of(baseMs / 1000 + 3601.5, baseMs / 1000 + 5423.25)),
                Dialect.PROMETHEUS_2,
                SEED);
        List<String> queries = new ArrayList<>();
        for (int i = 0; i < RANDOM_QUERIES; i++) {
            queries.add(generator.next());
        }
        compare("random queries", queries);
    }

    /** Digit for digit and word for word. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // numbers and times
                "query?time=T&query=demo_special",
                "query?time=T&query=demo_balance",
                "query?time=T&query=demo_balance*1e15",
                "query?time=T&query=demo_balance*1e-9",
                "query?time=T&query=demo_balance/3",
                "query?time=T&query=demo_requests_total[2m]",
                "query?time=T&query=time()",
                "query?time=T&query=1/0",
                "query?time=T&query='text'",
                "query?time=T&query=vector(1e21)",
                "query_range?start=S&end=T&step=300&query=demo_temperature_celsius",
                "query_range?start=S&end=T&step=5m&query=demo_special",
                "query_range?start=S&end=T&step=77.5&query=42",
                "query_range?start=S&end=T&step=77.5&query=nothing",
                // series and labels
                "series?start=S&end=T&match[]=demo_queue_depth",
                "series?start=S&end=T&match[]=demo_build_info&match[]=demo_up{job='api'}",
                "series?start=S&end=T&match[]=nothing",
                "labels?start=S&end=T",
                "labels?start=S&end=T&match[]=demo_steps",
                "label/__name__/values?start=S&end=T",
                "label/le/values?start=S&end=T",
                "label/instance/values?start=S&end=T&match[]=demo_queue_depth{job='web'}",
                "label/nothing/values?start=S&end=T",
                "query_exemplars?start=S&end=T&query=demo_up",
                "metadata",
                "rules",
                "alerts",
                "alertmanagers",
                "format_query?query=sum(rate(demo_requests_total{job='api'}[5m]))by(job)",
                // what is wrong
                "query?query=demo_up{",
                "query?query=sum(demo_up[5m])",
                "query?query=rate(demo_up)",
                "query?query=nosuchfunction(demo_up)",
                "query?query=demo_up&time=yesterday",
                "query?query=demo_up&timeout=x",
                "query_range?query=demo_up&start=T&end=S&step=1",
                "query_range?query=demo_up&start=S&end=T&step=0",
                "query_range?query=demo_up&start=S&end=T&step=x",
                "query_range?query=demo_up&start=0&end=T&step=1",
                "query_range?query=demo_up&start=x&end=T&step=60",
                "series",
                "series?match[]=demo_up{",
                "series?match[]={job=~'.*'}",
                "labels?start=x",
                "query_exemplars?start=T&end=S&query=demo_up",
                "rules?type=x",
                "metadata?limit=x",
            })
    void shouldWriteWhatPrometheusWrites(String path) {
        // when
        List<JsonNode> answers = servers.answers(path.replace("=S&", "=" + seconds(34, 7.123) + "&")
                .replace("=T", "=" + seconds(93, 7.5))
                .replace("[", "%5B")
                .replace("]", "%5D")
                .replace("{", "%7B")
                .replace("}", "%7D"));

        // then
        assertThat(answers.get(0)).isEqualTo(answers.get(1));
    }

    private static void compare(String what, List<String> queries) throws Exception {
        long began = System.nanoTime();
        List<Callable<String>> work = new ArrayList<>();
        queries.forEach(text -> work.add(() -> difference(text)));
        List<Future<String>> found = POOL.invokeAll(work);
        Map<Set<KnownChange>, Integer> known = new HashMap<>();
        List<String> different = new ArrayList<>();
        int same = 0;
        for (int i = 0; i < queries.size(); i++) {
            String difference = found.get(i).get();
            if (difference.isEmpty()) {
                same++;
                continue;
            }
            Set<KnownChange> changes = KnownChange.explaining(queries.get(i), difference);
            if (changes.isEmpty()) {
                different.add(queries.get(i) + "\n    " + difference);
            } else {
                known.merge(changes, 1, Integer::sum);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d %s, each at one time and over a range: %d the same, %d explained by changes since 2.42 %s, %d different, in %d s%n",
                queries.size(),
                what,
                same,
                queries.size() - same - different.size(),
                known,
                different.size(),
                (System.nanoTime() - began) / 1_000_000_000);
        assertThat(different).isEmpty();
    }

    /** Empty when there is none. */
    private static String difference(String text) {
        String instant = servers.instant(text, seconds(93, 7.123));
        if (instant != null) {
            return "at one time: " + instant;
        }
        String range = servers.range(text, seconds(34, 7.123), seconds(149, 1.5), "237.5");
        return range == null ? "" : "over a range: " + range;
    }

    /** Seconds since 1970; an odd time, so that no step of a subquery stands on the edge of its range. */
    private static String seconds(int minute, double second) {
        return String.format(Locale.ROOT, "%.3f", baseMs / 1000.0 + minute * 60 + second);
    }
}
