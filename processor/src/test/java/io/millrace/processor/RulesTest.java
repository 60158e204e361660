package io.millrace.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.control.Access;
import io.millrace.runtime.control.AccessControl;
import io.millrace.runtime.control.Authentication;
import io.millrace.runtime.control.Authorization;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.ProcessingRules;
import io.millrace.runtime.control.ProcessingRules.LongValues;
import io.millrace.runtime.policy.ControlPolicies;
import io.millrace.runtime.policy.TenantPolicy;
import io.millrace.runtime.relabel.RelabelRule;
import io.millrace.runtime.relabel.RelabelRule.Action;
import io.millrace.wire.labels.CanonicalLabels;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of an instance, through the whole topology. */
class RulesTest {
    private static final TenantId DEMO = new TenantId("demo");
    private static final Labels UP = Labels.of("__name__", "up", "env", "Prod", "job", "node", "zone", "node");
    private static final Labels DOWN = Labels.of("__name__", "down", "env", "Prod", "job", "node");

    @TempDir
    private Path folder;

    private DrivenTopology topology;
    private TenantLimits limits = TenantLimits.DEFAULT;
    private ProcessingRules rules = ProcessingRules.none(DEMO);
    private final ControlPolicies policies = new ControlPolicies(new Control());

    /** What the control tables say. */
    private final class Control implements AccessControl {
        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public @Nullable Instance instance(TenantId id) {
            return new Instance(DEMO, "acme", "Demo", "", Map.of(), Instance.Status.RUNNING, 30, limits, Instant.EPOCH);
        }

        @Override
        public @Nullable ProcessingRules processing(TenantId id) {
            return rules;
        }

        @Override
        public Authentication authenticate(String keyId, String secret) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Authorization decide(String keyId, String secret, TenantId instance, Access access) {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void start() {
        topology = new DrivenTopology(folder);
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    private void relabel(RelabelRule... relabel) {
        rules = new ProcessingRules(DEMO, List.of(), List.of(relabel), LongValues.REFUSE, null);
    }

    /** Sends one sample of each and returns what is stored, by the value of the sample. */
    private List<String> send(Labels... series) {
        topology.policy = policies.of(DEMO);
        ReceivedBatch batch = topology.batch();
        double value = 0;
        for (Labels labels : series) {
            batch.series(labels).sample(topology.now, value++);
        }
        topology.send(batch);
        return topology.samples();
    }

    private String stored(Labels labels, double value) {
        return CanonicalLabels.id(labels) + " " + topology.now + "=" + value;
    }

    private static RelabelRule rule(
            Action action,
            @Nullable List<String> sources,
            @Nullable String regex,
            @Nullable String target,
            @Nullable String replacement,
            @Nullable Long modulus) {
        return new RelabelRule(sources, null, regex, modulus, target, replacement, action);
    }

    private static RelabelRule example(Action action) {
        List<String> env = List.of("env");
        return switch (action) {
            case REPLACE -> rule(action, env, "(.)(.*)", "env", "$2$1", null);
            case KEEP -> rule(action, List.of("__name__"), "up", null, null, null);
            case DROP -> rule(action, List.of("__name__"), "down", null, null, null);
            case KEEPEQUAL -> rule(action, List.of("zone"), null, "job", null, null);
            case DROPEQUAL -> rule(action, List.of("zone"), null, "job", null, null);
            case HASHMOD -> rule(action, env, null, "env", null, 1L);
            case LABELMAP -> rule(action, null, "env", null, "environment", null);
            case LABELDROP -> rule(action, null, "env", null, null, null);
            case LABELKEEP -> rule(action, null, "__name__|job", null, null, null);
            case LOWERCASE -> rule(action, env, null, "env", null, null);
            case UPPERCASE -> rule(action, env, null, "env", null, null);
        };
    }

    private List<String> expected(Action action) {
        return switch (action) {
            case REPLACE -> both("env", "rodP");
            case KEEP, DROP, KEEPEQUAL -> List.of(stored(UP, 0));
            case DROPEQUAL -> List.of(stored(DOWN, 1));
            case HASHMOD -> both("env", "0");
            case LABELMAP -> both("environment", "Prod");
            case LABELDROP -> List.of(stored(UP.without(List.of("env")), 0), stored(DOWN.without(List.of("env")), 1));
            case LABELKEEP ->
                List.of(
                        stored(Labels.of("__name__", "up", "job", "node"), 0),
                        stored(Labels.of("__name__", "down", "job", "node"), 1));
            case LOWERCASE -> both("env", "prod");
            case UPPERCASE -> both("env", "PROD");
        };
    }

    private List<String> both(String name, String value) {
        return List.of(stored(with(UP, name, value), 0), stored(with(DOWN, name, value), 1));
    }

    private static Labels with(Labels labels, String name, String value) {
        java.util.TreeMap<String, String> changed = new java.util.TreeMap<>();
        labels.forEach(changed::put);
        changed.put(name, value);
        return Labels.of(changed);
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    void shouldApplyEachAction(Action action) {
        relabel(example(action));
        assertThat(send(UP, DOWN)).containsExactlyInAnyOrderElementsOf(expected(action));
        assertThat(send(UP, DOWN))
                .as("the second time, from memory")
                .containsExactlyInAnyOrderElementsOf(expected(action));
        assertThat(topology.rejections()).isEmpty();
    }

    @Test
    void shouldDropMetricsAndCountThem() {
        rules = new ProcessingRules(DEMO, List.of("do.*"), List.of(), LongValues.REFUSE, null);
        assertThat(send(UP, DOWN)).containsExactly(stored(UP, 0));
        assertThat(send(UP, DOWN)).containsExactly(stored(UP, 0));
        assertThat(topology.counter("dropped.samples")).isEqualTo(2);
        assertThat(topology.rejections()).isEmpty();
    }

    @Test
    void shouldFollowEachChangeOfTheRulesWithTheNextBatch() {
        assertThat(send(UP)).containsExactly(stored(UP, 0));
        for (int change = 0; change < 150; change++) {
            relabel(rule(Action.REPLACE, null, null, "env", "env" + change, null));
            assertThat(send(UP)).containsExactly(stored(with(UP, "env", "env" + change), 0));
            rules = ProcessingRules.none(DEMO);
            assertThat(send(UP)).containsExactly(stored(UP, 0));
            relabel(rule(Action.DROP, List.of("__name__"), "down", null, null, null));
            assertThat(send(UP, DOWN)).containsExactly(stored(UP, 0));
        }
    }

    @Test
    void shouldMergeSeriesThatRulesMakeEqual() {
        relabel(rule(Action.LABELKEEP, null, "__name__|job", null, null, null));
        send(UP, with(UP, "env", "Test"));
        assertThat(topology.read("series")).hasSize(1);
    }

    @Test
    void shouldCutLongValuesSoThatDifferentOnesStayDifferent() {
        limits = new TenantLimits(64, 64, 40, 16384, Duration.ofMinutes(10), Duration.ofDays(14), 100, 100);
        rules = new ProcessingRules(DEMO, List.of(), List.of(), LongValues.CUT, null);
        String longValue = "ä".repeat(100);
        List<String> first = send(with(UP, "env", longValue + "1"), with(UP, "env", longValue + "2"));
        List<String> second = send(with(UP, "env", longValue + "1"), with(UP, "env", longValue + "2"));
        assertThat(first).hasSize(2).doesNotHaveDuplicates().isEqualTo(second);
        assertThat(first.get(0).substring(0, 32)).isNotEqualTo(first.get(1).substring(0, 32));
        assertThat(topology.read("series"))
                .allSatisfy(record -> assertThat(record.value()).hasSizeLessThan(120));
    }

    @Test
    void shouldCutAgainWhenTheLimitChanges() {
        limits = new TenantLimits(64, 64, 40, 16384, Duration.ofMinutes(10), Duration.ofDays(14), 100, 100);
        rules = new ProcessingRules(DEMO, List.of(), List.of(), LongValues.CUT, null);
        Labels longOne = with(UP, "env", "x".repeat(50));
        assertThat(send(longOne)).doesNotContain(stored(longOne, 0)).hasSize(1);
        limits = TenantLimits.DEFAULT;
        assertThat(send(longOne)).containsExactly(stored(longOne, 0));
    }

    @Test
    void shouldRefuseWhatRelabellingMadeTooLong() {
        relabel(rule(Action.REPLACE, null, null, "env", "x".repeat(5000), null));
        assertThat(send(UP)).isEmpty();
        assertThat(topology.rejections())
                .singleElement()
                .satisfies(rejection -> assertThat(rejection.reason()).isEqualTo("millrace-label-value-too-long"));
    }

    @Test
    void shouldRefuseASeriesThatRelabellingLeftWithoutAName() {
        relabel(rule(Action.LABELDROP, null, "__name__", null, null, null));
        assertThat(send(UP)).isEmpty();
        assertThat(topology.rejections()).singleElement().satisfies(rejection -> {
            assertThat(rejection.reason()).isEqualTo("millrace-missing-metric-name");
            assertThat(rejection.series()).contains("up");
        });
    }

    @Test
    void shouldKeepRulesThatAreInForceWhenNewOnesCannotBeRead() {
        relabel(example(Action.DROP));
        TenantPolicy before = policies.of(DEMO);
        relabel(rule(Action.REPLACE, null, "(", "env", "x", null));
        assertThat(policies.of(DEMO).rules()).isSameAs(before.rules());
    }
}
