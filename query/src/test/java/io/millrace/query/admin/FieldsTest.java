package io.millrace.query.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.query.admin.Fields.InvalidException;
import io.millrace.runtime.control.AccessKeys;
import io.millrace.runtime.control.Instance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
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
        Set<String> all = Set.of("name", "tags", "status", "limits", "readFrom", "retentionDays");
        return Fields.overlay(SHOP, Fields.read(json.getBytes(StandardCharsets.UTF_8), all), Instance.class);
    }

    @Test
    void shouldReplaceOnlyWhatIsNamed() {
        // when
        Instance changed = overlay("{\"status\":\"stopped\",\"limits\":{\"maxActiveSeries\":7}}");

        // then
        assertThat(changed.status()).isEqualTo(Instance.Status.STOPPED);
        assertThat(changed.limits().maxActiveSeries()).isEqualTo(7);
        assertThat(changed.limits().maxSamplesPerSecond()).isEqualTo(TenantLimits.DEFAULT.maxSamplesPerSecond());
        assertThat(changed.name()).isEqualTo("Shop");
        assertThat(changed.tags()).isEqualTo(Map.of("team", "a"));
        assertThat(overlay("{}")).isEqualTo(SHOP);
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        assertThatThrownBy(() -> overlay("{\"colour\":1}"))
                .isInstanceOf(InvalidException.class)
                .hasMessageContaining("unknown field 'colour'");
        assertThatThrownBy(() -> overlay("{\"limits\":{\"max\":1}}")).hasMessageContaining("unknown limit 'max'");
        assertThatThrownBy(() -> overlay("{\"retentionDays\":\"many\"}")).isInstanceOf(InvalidException.class);
        assertThatThrownBy(() -> overlay("[]")).hasMessageContaining("must be a JSON object");
        assertThatThrownBy(() -> overlay("{} {}")).isInstanceOf(InvalidException.class);
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
