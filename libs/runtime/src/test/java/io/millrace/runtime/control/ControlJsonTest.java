package io.millrace.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.relabel.RelabelRule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ControlJsonTest {
    private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");
    private static final TenantId PROD = new TenantId("prod");

    static Stream<ControlRecord> records() {
        return Stream.of(
                new Account("acme", "Acme", true, CREATED),
                new User("ops", "acme", "Ops", false, List.of(new Policy(Policy.Level.WRITE, List.of("*"))), CREATED),
                new AccessKey("MK1", "ops", "ab", true, CREATED, null),
                new AccessKey("MK2", "ops", "ab", true, CREATED, CREATED.plusSeconds(1)),
                new Account("ops", "Operators", true, true, CREATED),
                instance(TenantLimits.DEFAULT),
                ProcessingRules.none(PROD),
                new ProcessingRules(
                        PROD,
                        List.of("go_.*"),
                        List.of(new RelabelRule(
                                List.of("a", "b"), "-", "(.*)x", null, "c", "$1", RelabelRule.Action.LOWERCASE)),
                        ProcessingRules.LongValues.CUT,
                        new ProcessingRules.HaReplicas("cluster", "__replica__", Duration.ofMinutes(1))),
                new Instance(
                        PROD,
                        "acme",
                        "Production",
                        "",
                        Map.of(),
                        Instance.Status.DELETED,
                        1,
                        TenantLimits.DEFAULT,
                        List.of(Network.parse("10.0.0.0/8")),
                        List.of(Network.parse("2001:db8::/32"), Network.parse("10.1.2.3")),
                        CREATED));
    }

    @ParameterizedTest
    @MethodSource("records")
    void shouldReadWhatItWrote(ControlRecord record) throws ControlFormatException {
        assertThat(ControlJson.read(record.key(), ControlJson.write(record))).isEqualTo(record);
    }

    @Test
    void shouldWriteTheDocumentedForm() {
        assertThat(ControlJson.text(new User(
                        "ops", "acme", "Ops", true, List.of(new Policy(Policy.Level.FULL, List.of("*"))), CREATED)))
                .isEqualTo("{\"v\":1,\"id\":\"ops\",\"accountId\":\"acme\",\"name\":\"Ops\",\"enabled\":true,"
                        + "\"policies\":[{\"level\":\"full\",\"instances\":[\"*\"]}],"
                        + "\"created\":\"2026-01-02T03:04:05Z\"}");
        assertThat(ControlJson.text(new AccessKey("MK1", "ops", "ab", true, CREATED, null)))
                .isEqualTo("{\"v\":1,\"id\":\"MK1\",\"userId\":\"ops\",\"secretHash\":\"ab\",\"enabled\":true,"
                        + "\"created\":\"2026-01-02T03:04:05Z\"}");
        assertThat(ControlJson.text(instance(TenantLimits.DEFAULT)))
                .startsWith("{\"v\":1,\"id\":\"prod\",\"accountId\":\"acme\",\"name\":\"Production\","
                        + "\"region\":\"eu\",\"tags\":{\"a\":\"1\",\"b\":\"2\"},\"status\":\"running\","
                        + "\"retentionDays\":90,\"limits\":{")
                .contains("\"futureWindow\":\"PT10M\"");
    }

    @Test
    void shouldSkipFieldsItDoesNotKnow() throws ControlFormatException {
        // given
        String json = "{\"v\":1,\"id\":\"acme\",\"name\":\"Acme\",\"enabled\":true,"
                + "\"created\":\"2026-01-02T03:04:05Z\",\"colour\":{\"of\":\"tomorrow\"}}";

        // when
        ControlRecord record = read("account/acme", json);

        // then
        assertThat(record).isEqualTo(new Account("acme", "Acme", true, CREATED));
    }

    @Test
    void shouldGiveLimitsThatAreMissingTheirDefaults() throws ControlFormatException {
        // given
        String json = "{\"v\":1,\"id\":\"prod\",\"accountId\":\"acme\",\"name\":\"Production\",\"region\":\"eu\","
                + "\"tags\":{},\"status\":\"STOPPED\",\"retentionDays\":15,"
                + "\"limits\":{\"maxActiveSeries\":7,\"pastWindow\":\"PT1H\"},\"created\":\"2026-01-02T03:04:05Z\"}";

        // when
        Instance instance = (Instance) read("instance/prod", json);

        // then
        assertThat(instance.limits().maxActiveSeries()).isEqualTo(7);
        assertThat(instance.limits().pastWindow()).isEqualTo(Duration.ofHours(1));
        assertThat(instance.limits().maxLabelsPerSeries()).isEqualTo(TenantLimits.DEFAULT.maxLabelsPerSeries());
        assertThat(instance.status()).isEqualTo(Instance.Status.STOPPED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "account/acme | {                                                    | cannot be read",
                "account/acme | []                                                   | not a JSON object",
                "account/acme | {\"id\":\"acme\"}                                    | has version",
                "account/acme | {\"v\":2,\"id\":\"acme\"}                            | reads up to 1",
                "account/acme | {\"v\":1,\"id\":\"acme\"}                            | name",
                "account/acme | {\"v\":1,\"id\":\"x\",\"name\":\"X\",\"created\":\"2026-01-02T03:04:05Z\"}"
                        + " | belongs to account/x",
                "user/ops     | {\"v\":1,\"id\":\"ops\",\"accountId\":\"acme\",\"name\":\"Ops\","
                        + "\"policies\":[{\"level\":\"root\",\"instances\":[]}]} | root",
                "instance/A   | {\"v\":1,\"id\":\"A\"}                               | not an instance id",
                "planet/x     | {\"v\":1}                                            | unknown key 'planet/x'",
                "account/     | {\"v\":1}                                            | unknown key 'account/'",
                "account      | {\"v\":1}                                            | unknown key 'account'"
            })
    void shouldSayWhyItCannotRead(String key, String json, String reason) {
        assertThatThrownBy(() -> read(key, json))
                .isInstanceOf(ControlFormatException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void shouldReadProcessingRulesAsAPersonWritesThem() throws ControlFormatException {
        assertThat(read(
                        "processing/prod",
                        "{\"v\":1,\"id\":\"prod\",\"relabel\":[{\"sourceLabels\":[\"job\"],\"regex\":\"x\",\"action\":\"drop\"}],"
                                + "\"ha\":{\"clusterLabel\":\"cluster\",\"replicaLabel\":\"replica\"}}"))
                .isEqualTo(new ProcessingRules(
                        PROD,
                        List.of(),
                        List.of(new RelabelRule(List.of("job"), null, "x", null, null, null, RelabelRule.Action.DROP)),
                        ProcessingRules.LongValues.REFUSE,
                        new ProcessingRules.HaReplicas("cluster", "replica", Duration.ofSeconds(30))));
    }

    private static ControlRecord read(String key, String json) throws ControlFormatException {
        return ControlJson.read(ControlKey.parse(key), json.getBytes(StandardCharsets.UTF_8));
    }

    private static Instance instance(TenantLimits limits) {
        return new Instance(
                PROD,
                "acme",
                "Production",
                "eu",
                Map.of("b", "2", "a", "1"),
                Instance.Status.RUNNING,
                90,
                limits,
                CREATED);
    }
}
