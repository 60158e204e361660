package io.millrace.query.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.model.TenantId;
import io.millrace.runtime.control.Actor;
import io.millrace.runtime.control.Change;
import io.millrace.runtime.control.ControlState;
import io.millrace.runtime.control.Draft;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.ProcessingRules;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class TenantsPlanTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final String ACME = """
            {"version": 1, "accounts": [{"id": "acme", "name": "Acme Ltd",
              "instances": [
                {"id": "acme-prod", "region": "eu", "tags": {"team": "a"}, "retentionDays": 90,
                 "limits": {"maxActiveSeries": 5, "pastWindow": "30d"}, "writeFrom": ["10.0.0.0/8"],
                 "processing": {"dropMetrics": ["go_.*"], "longValues": "cut",
                   "relabel": [{"sourceLabels": ["job"], "regex": "(.*)-test", "targetLabel": "job"}],
                   "ha": {"clusterLabel": "cluster", "replicaLabel": "__replica__", "failover": "45s"}}},
                {"id": "acme-dev", "status": "stopped"}],
              "users": [
                {"id": "acme-agent", "policies": [{"level": "write", "instances": ["acme-prod"]}]},
                {"id": "acme-reader", "enabled": false, "policies": [{"level": "read", "instances": ["*"]}]}]}]}
            """;

    private static ObjectNode document(String json) {
        return document(json, new Problems());
    }

    private static ObjectNode document(String json, Problems problems) {
        return Fields.read(json.getBytes(StandardCharsets.UTF_8), TenantsDocument.SHAPE, problems);
    }

    private static Draft draftOn(ControlState state) {
        return new Draft(state, CLOCK, Actor.system("test"));
    }

    private static Draft empty() {
        ControlState state = new ControlState(CLOCK);
        state.markReady();
        return draftOn(state);
    }

    private static Problems apply(Draft draft, String json) {
        Problems problems = new Problems();
        ObjectNode document = document(json, problems);
        new TenantsPlan(draft, problems, NOW).apply(document);
        return problems;
    }

    @Test
    void shouldMakeEverythingTheDocumentLists() {
        // when
        Draft draft = empty();
        Problems problems = apply(draft, ACME);

        // then
        assertThat(problems.list()).isEmpty();
        Instance prod = draft.state().instance(new TenantId("acme-prod"));
        assertThat(prod).isNotNull();
        assertThat(prod.limits().maxActiveSeries()).isEqualTo(5);
        assertThat(prod.limits().pastWindow()).isEqualTo(Duration.ofDays(30));
        assertThat(prod.writeFrom()).hasSize(1);
        ProcessingRules rules = draft.state().processing(new TenantId("acme-prod"));
        assertThat(rules).isNotNull();
        assertThat(rules.ha()).isNotNull();
        assertThat(rules.ha().failover()).isEqualTo(Duration.ofSeconds(45));
        assertThat(draft.state().user("acme-reader").enabled()).isFalse();
    }

    @Test
    void shouldTellAtOnceWhatHasNotTheFormAndWhatCannotBe() {
        // when: a wrong type, an unknown word, a rule that is no regular expression, an instance that is not there
        Problems problems = apply(empty(), """
                {"version": 1, "accounts": [
                  {"id": "acme", "enabled": "yes",
                    "instances": [{"id": "acme-prod", "retentionDays": "long"},
                                  {"id": "acme-dev", "processing": {"dropMetrics": ["("]}}, 7],
                    "users": [{"id": "acme-agent", "policies": [{"level": "write", "instances": ["acme-prod"]}]},
                              {"id": "acme-other", "policies": [{"level": "w", "instances": ["acme-prod"]}]},
                              {"id": "acme-third", "policies": [{"level": "write", "instances": ["nowhere"]}]}]}]}
                """);

        // then: nothing is said of the user of an instance that is only badly described
        assertThat(problems.list())
                .extracting(Problems.Problem::path)
                .containsExactlyInAnyOrder(
                        "accounts[0].enabled",
                        "accounts[0].instances[0].retentionDays",
                        "accounts[0].instances[2]",
                        "accounts[0].users[1].policies[0].level",
                        "accounts[0].instances[1].processing",
                        "accounts[0].users[2]");
    }

    @Test
    void shouldChangeNothingTheSecondTimeNorWithWhatWasExported() {
        // given
        Draft first = empty();
        apply(first, ACME);

        // when
        Draft second = draftOn(first.state());
        apply(second, ACME);
        Draft third = draftOn(first.state());
        ObjectNode exported = TenantsDocument.export(first.state(), account -> true);
        apply(third, exported.toString());
        Draft fresh = empty();
        apply(fresh, exported.toString());

        // then
        assertThat(second.changes()).isEmpty();
        assertThat(third.changes()).isEmpty();
        assertThat(TenantsDocument.export(fresh.state(), account -> true)).isEqualTo(exported);
        assertThat(exported.toString()).contains("\"pastWindow\":\"30d\"").doesNotContain("maxLabelsPerSeries");
    }

    @Test
    void shouldPutBackWhatTheDocumentDoesNotSayAndKeepWhatItDoesNotList() {
        // given
        Draft first = empty();
        apply(first, ACME);

        // when: only one instance is listed, without anything
        Draft second = draftOn(first.state());
        Problems problems = apply(
                second,
                "{\"version\":1,\"accounts\":[{\"id\":\"acme\",\"name\":\"Acme Ltd\",\"instances\":[{\"id\":\"acme-prod\"}]}]}");

        // then
        assertThat(problems.list()).isEmpty();
        assertThat(second.changes()).extracting(Change::action).containsExactly("instance.update", "processing.set");
        assertThat(second.state().instance(new TenantId("acme-prod")).retentionDays())
                .isEqualTo(15);
        assertThat(second.state().instance(new TenantId("acme-dev"))).isNotNull();
        assertThat(second.state().user("acme-agent")).isNotNull();
    }

    @Test
    void shouldDeleteWhatIsNotListedOnlyWhenAskedTo() {
        // given
        Draft first = empty();
        apply(first, ACME);
        Draft second = draftOn(first.state());
        Problems problems = new Problems();
        TenantsPlan plan = new TenantsPlan(second, problems, NOW);

        // when
        plan.apply(document("{\"version\":1,\"accounts\":[{\"id\":\"acme\",\"name\":\"Acme Ltd\","
                + "\"instances\":[{\"id\":\"acme-dev\",\"status\":\"stopped\"}]}]}"));
        plan.prune();

        // then: users go before instances
        assertThat(problems.list()).isEmpty();
        assertThat(second.changes())
                .extracting(
                        change -> change.action() + " " + change.steps().get(0).key())
                .containsExactly(
                        "user.delete user/acme-agent",
                        "user.delete user/acme-reader",
                        "instance.delete instance/acme-prod");
    }

    @Test
    void shouldTellAllThatCannotBe() {
        // given
        Draft draft = empty();
        apply(draft, "{\"version\":1,\"accounts\":[{\"id\":\"rival\",\"instances\":[{\"id\":\"theirs\"}]}]}");
        Draft second = draftOn(draft.state());

        // when
        Problems problems = apply(second, """
                {"version": 1, "accounts": [
                  {"id": "acme",
                   "instances": [
                     {"id": "Bad Id"},
                     {"id": "a", "retentionDays": 0},
                     {"id": "b", "processing": {"relabel": [{"action": "keep", "regex": "("}]}},
                     {"id": "theirs"}],
                   "users": [
                     {"id": "u", "policies": [{"level": "read", "instances": ["nowhere"]}]},
                     {"id": "u"}]},
                  {"id": "acme"}]}
                """);

        // then
        assertThat(problems.list())
                .extracting(Problems.Problem::path)
                .containsExactly(
                        "accounts[0].instances[0]",
                        "accounts[0].instances[1]",
                        "accounts[0].instances[2].processing",
                        "accounts[0].instances[3]",
                        "accounts[0].users[0]",
                        "accounts[0].users[1]",
                        "accounts[1]");
        assertThat(problems.list().get(2).message()).startsWith("relabel: ");
        assertThat(problems.list().get(3).message()).contains("belongs to account 'rival'");
    }

    @Test
    void shouldMakeKeysOnlyForUsersOfTheDocumentThatHaveNone() throws Exception {
        // given
        Draft draft = empty();
        apply(draft, ACME);
        draft.makeKey(operations -> operations.createKey("acme-agent", null));
        Draft second = draftOn(draft.state());
        Problems problems = new Problems();
        TenantsPlan plan = new TenantsPlan(second, problems, NOW);
        plan.apply(document(ACME.replace("\"enabled\": false, ", "")));

        // when
        List<String> made =
                plan.makeMissingKeys().stream().map(key -> key.key().userId()).toList();

        // then
        assertThat(made).containsExactly("acme-reader");
        assertThat(second.changes()).extracting(Change::action).contains("user.update", "key.create");
    }
}
