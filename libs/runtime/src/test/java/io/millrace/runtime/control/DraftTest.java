package io.millrace.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DraftTest {
    private final Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    private final ControlState inForce = new ControlState(clock);
    private final Draft draft = new Draft(inForce, clock, Actor.system("test"));

    @Test
    void shouldLetEachChangeSeeThoseBeforeItAndChangeNothingInForce() throws Exception {
        // when
        draft.make(operations -> operations.createAccount("acme", "Acme"));
        draft.make(operations -> operations.createInstance("acme", "prod", "P", "eu", Map.of(), 15, null));
        draft.make(operations -> operations.createUser(
                "acme", "agent", "Agent", List.of(new Policy(Policy.Level.WRITE, List.of("prod")))));
        draft.make(operations -> operations.updateAccount("acme", "Acme", true));
        ControlOperations.NewKey key = draft.makeKey(operations -> operations.createKey("agent", null));

        // then: the one that changed nothing is not there
        assertThat(draft.changes())
                .extracting(Change::action)
                .containsExactly("account.create", "instance.create", "user.create", "key.create");
        assertThat(draft.state().accessKey(key.key().id())).isEqualTo(key.key());
        assertThat(inForce.size()).isZero();
    }

    @Test
    void shouldStayAsItWasWhenAChangeIsRefused() throws Exception {
        draft.make(operations -> operations.createAccount("acme", "Acme"));

        assertThatThrownBy(() -> draft.make(operations -> operations.createAccount("acme", "Again")))
                .isInstanceOf(ControlOperationException.class)
                .hasMessageContaining("already");

        assertThat(draft.changes()).hasSize(1);
    }

    @Test
    void shouldDeleteTheRulesOfAnInstanceWithIt() throws Exception {
        // given
        draft.make(operations -> operations.createAccount("acme", "Acme"));
        draft.make(operations -> operations.createInstance("acme", "prod", "P", "eu", Map.of(), 15, null));
        var id = new io.millrace.model.TenantId("prod");
        draft.make(operations -> operations.setProcessing(
                new ProcessingRules(id, List.of("go_.*"), List.of(), ProcessingRules.LongValues.CUT, null)));

        // when
        Change change = draft.make(operations -> operations.deleteInstance("prod"));

        // then
        assertThat(change.steps()).hasSize(2);
        assertThat(draft.state().processing(id)).isNull();
        assertThat(draft.state().instance(id)).isNull();
    }
}
