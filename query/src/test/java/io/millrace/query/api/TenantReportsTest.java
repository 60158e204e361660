package io.millrace.query.api;

import static io.millrace.query.api.ApiHarness.INSTANCE;
import static io.millrace.query.api.ApiHarness.NOW_MS;
import static io.millrace.query.api.ApiHarness.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.model.RefusedItem;
import io.millrace.runtime.usage.TenantUsage;
import io.millrace.storage.JobUsageRow;
import io.millrace.storage.RejectionRow;
import io.millrace.storage.UsageRow;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TenantReportsTest {
    private static final long MINUTE = 60_000;
    private static final int HOUR = (int) (NOW_MS / Duration.ofHours(1).toMillis());

    private ApiHarness api;

    @BeforeEach
    void start() throws Exception {
        api = new ApiHarness();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static RejectionRow row(long minutesAgo, String reason, String metric, String series, long samples) {
        long at = NOW_MS - minutesAgo * MINUTE;
        return new RejectionRow(
                at - 1000,
                at,
                "0/" + minutesAgo + series,
                reason,
                metric,
                series,
                RefusedItem.sample(at - 2000, Double.doubleToRawLongBits(2.5)),
                "because of " + series,
                samples);
    }

    private void seed() {
        api.store
                .rejections()
                .write(
                        INSTANCE,
                        List.of(
                                row(1, "millrace-too-old", "up", "up{job=\"a\"}", 5),
                                row(2, "millrace-too-old", "up", "up{job=\"b\"}", 7),
                                row(3, "millrace-too-old", "down", "down", 100),
                                row(4, "millrace-duplicate-label", "x", "x", 1),
                                row(90, "millrace-too-old", "up", "up{job=\"a\"}", 1000)))
                .toCompletableFuture()
                .join();
    }

    @Test
    void shouldAddUpWhatWasRefusedByReasonAndMetricAndSayWhatToDo() throws Exception {
        // given
        seed();

        // when
        JsonNode data = json(api.get("rejections").body()).get("data");

        // then: the last hour
        assertThat(data.get("samples").asLong()).isEqualTo(113);
        assertThat(data.get("complete").asBoolean()).isTrue();
        JsonNode first = data.at("/reasons/0");
        assertThat(first.get("reason").asText()).isEqualTo("millrace-too-old");
        assertThat(first.get("samples").asLong()).isEqualTo(112);
        assertThat(first.get("fix").asText())
                .isEqualTo("Samples older than the past window of the instance are not stored.");
        assertThat(first.get("metrics").toString())
                .startsWith("[{\"metric\":\"down\",\"samples\":100,")
                .contains("{\"metric\":\"up\",\"samples\":12,");
        assertThat(first.at("/examples/0/series").asText()).isEqualTo("up{job=\"a\"}");
        assertThat(first.at("/examples/0/message").asText()).isEqualTo("because of up{job=\"a\"}");
        assertThat(first.at("/examples/0/item").asText()).isEqualTo("sample");
        assertThat(first.at("/examples/0/value").asText()).isEqualTo("2.5");
        assertThat(first.at("/examples/0/timestampMs").asLong()).isEqualTo(NOW_MS - MINUTE - 2000);
        assertThat(first.at("/examples/0/firstSeen").asText())
                .isLessThan(first.at("/examples/0/lastSeen").asText());
        assertThat(first.get("firstSeen").asText())
                .isLessThan(first.get("lastSeen").asText());
        assertThat(data.at("/reasons/1/samples").asLong()).isEqualTo(1);
    }

    @Test
    void shouldLookOnlyForWhatIsAskedFor() throws Exception {
        seed();

        assertThat(json(api.get("rejections?start=" + (NOW_MS / 1000 - 7200)).body())
                        .at("/data/samples")
                        .asLong())
                .isEqualTo(1113);
        assertThat(json(api.get("rejections?reason=millrace-duplicate-label").body())
                        .at("/data/samples")
                        .asLong())
                .isEqualTo(1);
        assertThat(json(api.get("rejections?metric=up").body())
                        .at("/data/samples")
                        .asLong())
                .isEqualTo(12);
        assertThat(api.get("rejections?reason=nonsense").statusCode()).isEqualTo(400);
        assertThat(api.get("rejections?start=2&end=1").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldShowUsageByHourAndWarnNearALimit() throws Exception {
        // given: two partitions counted this hour, one the last
        api.store
                .usage()
                .write(
                        INSTANCE,
                        List.of(
                                new UsageRow(HOUR, 0, 10, 1, 1000, 3),
                                new UsageRow(HOUR, 1, 20, 0, 2000, 4),
                                new UsageRow(HOUR - 1, 0, 5, 0, 500, 2)))
                .toCompletableFuture()
                .join();
        api.store
                .usage()
                .writeJobs(
                        INSTANCE,
                        List.of(
                                new JobUsageRow(HOUR, 0, "node", 10, 900, 2),
                                new JobUsageRow(HOUR, 1, "node", 15, 1500, 3),
                                new JobUsageRow(HOUR, 1, "", 5, 600, 1)))
                .toCompletableFuture()
                .join();
        api.usage = new TenantUsage(900_000, 900_000, 100_000, 5, 6, 7, 8, 9);

        // when
        JsonNode answer = json(api.get("usage").body());

        // then
        assertThat(answer.at("/data/hours")).hasSize(2);
        assertThat(answer.at("/data/hours/1").toString())
                .isEqualTo(
                        "{\"hour\":\"2015-07-01T20:00:00Z\",\"samples\":30,\"bytes\":3000,\"rejected\":1,\"activeSeries\":7}");
        assertThat(answer.at("/data/jobs").toString())
                .isEqualTo(
                        "[{\"job\":\"node\",\"samples\":25,\"bytes\":2400},{\"job\":\"\",\"samples\":5,\"bytes\":600}]");
        assertThat(answer.at("/data/total/samples").asLong()).isEqualTo(35);
        JsonNode series = answer.at("/data/limits/0");
        assertThat(series.get("limit").asText()).isEqualTo("maxActiveSeries");
        assertThat(series.get("headroom").asLong()).isEqualTo(100_000);
        assertThat(series.get("near").asBoolean()).isTrue();
        assertThat(answer.at("/data/limits/1/near").asBoolean()).isFalse();
        assertThat(answer.get("warnings")).hasSize(1);
        assertThat(answer.at("/warnings/0").asText())
                .isEqualTo("maxActiveSeries: 900,000 of 1,000,000 are used (90 %); above it new series are refused");
    }

    @Test
    void shouldRefuseASpanThatIsTooLong() throws Exception {
        assertThat(api.get("usage?start=0").statusCode()).isEqualTo(400);
    }
}
