package io.millrace.query.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.control.AccessKeys;
import io.millrace.runtime.control.Instance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldsTest {
    private static final Instance SHOP = new Instance(
            new TenantId("shop"),
            "acme",
            "Shop",
            "eu",
            Map.of("team", "a"),
            Instance.Status.RUNNING,
            15,
            TenantLimits.DEFAULT,
            Instant.EPOCH);

    private static Instance overlay(String json) {
        Shape.Struct shape = Shapes.INSTANCE.only("name", "tags", "status", "limits", "readFrom", "retentionDays");
        Problems problems = new Problems();
        ObjectNode fields = Fields.read(json.getBytes(StandardCharsets.UTF_8), shape, problems);
        problems.throwIfAny();
        return Fields.overlay(SHOP, fields, Instance.class);
    }

    @Test
    void shouldReplaceOnlyWhatIsNamed() {
        // when
        Instance changed =
                overlay("{\"status\":\"stopped\",\"limits\":{\"maxActiveSeries\":7,\"pastWindow\":\"30d\"}}");

        // then
        assertThat(changed.status()).isEqualTo(Instance.Status.STOPPED);
        assertThat(changed.limits().maxActiveSeries()).isEqualTo(7);
        assertThat(changed.limits().pastWindow()).isEqualTo(Duration.ofDays(30));
        assertThat(changed.limits().maxSamplesPerSecond()).isEqualTo(TenantLimits.DEFAULT.maxSamplesPerSecond());
        assertThat(changed.name()).isEqualTo("Shop");
        assertThat(changed.tags()).isEqualTo(Map.of("team", "a"));
        assertThat(overlay("{}")).isEqualTo(SHOP);
    }

    @Test
    void shouldSayEverythingThatIsWrongAtOnceInPlainWords() {
        assertThatThrownBy(() -> overlay("{\"retentiondays\":1,\"limits\":{\"maxActive\":1,\"pastWindow\":\"soon\"},"
                        + "\"status\":\"deleted\",\"name\":7,\"readFrom\":\"10.0.0.0/8\"}"))
                .isInstanceOfSatisfying(
                        InvalidRequest.class,
                        e -> assertThat(e.problems())
                                .extracting(Object::toString)
                                .containsExactlyInAnyOrder(
                                        "retentiondays: there is no such field; did you mean 'retentionDays'?",
                                        "limits.maxActive: there is no such field; there are "
                                                + String.join(
                                                        ", ",
                                                        Shapes.of(TenantLimits.class)
                                                                .fields()
                                                                .keySet()),
                                        "limits.pastWindow: must be a duration such as 30s, 10m, 14d, it is \"soon\"",
                                        "status: must be one of running, stopped, it is \"deleted\"",
                                        "name: must be a text, it is 7",
                                        "readFrom: must be a list, it is \"10.0.0.0/8\""));
    }

    @Test
    void shouldRefuseWhatIsNoObject() {
        assertThatThrownBy(() -> overlay("[]")).hasMessageContaining("must be an object, it is a list");
        assertThatThrownBy(() -> overlay("{} {}")).isInstanceOf(InvalidRequest.class);
        assertThatThrownBy(() -> overlay("{\"readFrom\":[\"10.0.0.0/99\"]}"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageNotContaining("java");
    }

    @Test
    void shouldKnowAllFieldsOfARelabelRule() {
        Problems problems = new Problems();
        var rules = Fields.object();
        rules.putArray("relabel").addObject().put("sourceLabels", "job").put("modulus", 1.5);

        Shapes.PROCESSING.read(rules, "", problems);

        assertThat(problems.list())
                .extracting(Problems.Problem::path)
                .isEqualTo(List.of("relabel[0].sourceLabels", "relabel[0].modulus"));
    }

    @Test
    void shouldNeverShowAHash() {
        // given
        AccessKeys.NewAccessKey made = AccessKeys.generate("u", Instant.EPOCH, null);

        // then
        assertThat(Fields.show(made.key()).toString())
                .contains(made.key().id())
                .doesNotContain(made.key().secretHash())
                .doesNotContain("secretHash");
    }
}
