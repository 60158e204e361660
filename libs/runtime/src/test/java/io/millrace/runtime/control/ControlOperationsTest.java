package io.millrace.runtime.control;

import static io.millrace.runtime.control.ControlOperationException.Reason.CONFLICT;
import static io.millrace.runtime.control.ControlOperationException.Reason.FORBIDDEN;
import static io.millrace.runtime.control.ControlOperationException.Reason.INVALID;
import static io.millrace.runtime.control.ControlOperationException.Reason.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.relabel.RelabelRule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlOperationsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final TenantLimits MORE =
            new TenantLimits(64, 1024, 4096, 16384, Duration.ofMinutes(10), Duration.ofDays(14), 9_000_000, 200_000);
    private static final List<Policy> FULL = List.of(new Policy(Policy.Level.FULL, List.of(Policy.ALL)));

    private final MovableClock clock = new MovableClock(NOW);
    private final ControlState state = new ControlState(clock);
    private final ControlOperations operator = as(new Actor(null, "root", "MKR", "10.0.0.1"));
    private final ControlOperations acme = as(new Actor("acme", "boss", "MKB", "10.0.0.2"));

    @BeforeEach
    void fill() throws ControlOperationException {
        state.put(new Account("operators", "Operators", true, true, NOW));
        apply(operator.createAccount("acme", "Acme"));
        apply(operator.createAccount("rival", "Rival"));
        apply(operator.createInstance("acme", "prod", "Production", "eu", Map.of(), 90, null));
        apply(operator.createInstance("rival", "theirs", "Theirs", "eu", Map.of(), 90, null));
        apply(operator.createUser("acme", "boss", "Boss", FULL));
        apply(operator.createUser("rival", "spy", "Spy", FULL));
        state.markReady();
    }

    @Test
    void shouldMakeWhatTheDecisionsThenGrant() throws ControlOperationException {
        // given
        apply(acme.createUser("acme", "agent", "Agent", List.of(new Policy(Policy.Level.WRITE, List.of("prod")))));

        // when
        ControlOperations.NewKey made = acme.createKey("agent", NOW.plusSeconds(60));
        apply(made.change());

        // then
        assertThat(state.decide(made.key().id(), made.secret().reveal(), new TenantId("prod"), Access.WRITE))
                .isInstanceOf(Authorization.Granted.class);
        assertThat(made.toString()).doesNotContain(made.secret().reveal());
    }

    @Test
    void shouldTellTheAuditTrailWhoDidWhatBeforeAndAfterWithoutHashes() throws Exception {
        // given
        ControlOperations.NewKey made = acme.createKey("boss", null);
        apply(made.change());

        // when
        List<AuditEntry> entries = acme.setKeyEnabled(made.key().id(), false).audit();

        // then
        AuditEntry entry = entries.get(0);
        assertThat(entries).hasSize(1);
        assertThat(entry.userId()).isEqualTo("boss");
        assertThat(entry.keyId()).isEqualTo("MKB");
        assertThat(entry.address()).isEqualTo("10.0.0.2");
        assertThat(entry.action()).isEqualTo("key.disable");
        assertThat(entry.target()).isEqualTo("key/" + made.key().id());
        assertThat(String.valueOf(entry.before())).contains("\"enabled\":true").doesNotContain("secretHash");
        assertThat(String.valueOf(entry.after())).contains("\"enabled\":false").doesNotContain("secretHash");
        assertThat(AuditJson.read(AuditJson.write(entry))).isEqualTo(entry);
        assertThat(new String(AuditJson.write(entry), StandardCharsets.UTF_8))
                .startsWith("{\"v\":1,\"at\":\"2026-01-02T03:04:05Z\",\"user\":\"boss\",\"key\":\"MKB\","
                        + "\"address\":\"10.0.0.2\",\"action\":\"key.disable\",\"target\":\"key/MK");
    }

    @Test
    void shouldLetBothKeysWorkWhileRotating() throws ControlOperationException {
        // given
        ControlOperations.NewKey old = acme.createKey("boss", null);
        apply(old.change());

        // when
        ControlOperations.NewKey fresh = acme.rotateKey(old.key().id(), Duration.ofHours(1));
        apply(fresh.change());

        // then
        assertThat(authenticated(old)).isTrue();
        assertThat(authenticated(fresh)).isTrue();
        clock.moveTo(NOW.plus(Duration.ofHours(1)));
        assertThat(authenticated(old)).isFalse();
        assertThat(authenticated(fresh)).isTrue();
        assertThat(fresh.change().audit()).extracting(AuditEntry::action).containsExactly("key.rotate", "key.rotate");
    }

    @Test
    void shouldNotMakeAnOldKeyLiveLongerByRotatingIt() throws ControlOperationException {
        // given
        ControlOperations.NewKey old = acme.createKey("boss", NOW.plusSeconds(60));
        apply(old.change());

        // when
        apply(acme.rotateKey(old.key().id(), Duration.ofHours(1)).change());

        // then
        AccessKey after = state.accessKey(old.key().id());
        assertThat(after).isNotNull();
        assertThat(after.expires()).isEqualTo(NOW.plusSeconds(60));
    }

    @Test
    void shouldRefuseToRotateAKeyThatDoesNotWork() throws ControlOperationException {
        // given
        ControlOperations.NewKey old = acme.createKey("boss", null);
        apply(old.change());
        apply(acme.setKeyEnabled(old.key().id(), false));

        // then
        refused(
                CONFLICT,
                "is disabled or expired",
                () -> acme.rotateKey(old.key().id(), Duration.ZERO));
        refused(INVALID, "0 to 90 days", () -> acme.rotateKey(old.key().id(), Duration.ofDays(91)));
    }

    @Test
    void shouldSetAndClearTheExpiryOfAKeyAndDeleteIt() throws ControlOperationException {
        // given
        ControlOperations.NewKey made = acme.createKey("boss", NOW.plusSeconds(60));
        apply(made.change());

        // when / then
        apply(acme.setKeyExpiry(made.key().id(), null));
        clock.moveTo(NOW.plusSeconds(90));
        assertThat(authenticated(made)).isTrue();
        refused(INVALID, "has passed", () -> acme.setKeyExpiry(made.key().id(), NOW));
        apply(acme.deleteKey(made.key().id()));
        assertThat(authenticated(made)).isFalse();
        refused(
                NOT_FOUND,
                "there is no access key",
                () -> acme.deleteKey(made.key().id()));
    }

    @Test
    void shouldDeleteAUserWithItsKeysKeysFirst() throws ControlOperationException {
        // given
        apply(acme.createKey("boss", null).change());
        apply(acme.createKey("boss", null).change());

        // when
        Change change = operator.deleteUser("boss");
        apply(change);

        // then
        assertThat(change.steps())
                .extracting(step -> step.key().kind())
                .containsExactly(ControlKey.Kind.KEY, ControlKey.Kind.KEY, ControlKey.Kind.USER);
        assertThat(state.accessKeys()).isEmpty();
    }

    @Test
    void shouldNotLetAnybodyDeleteHimself() {
        refused(CONFLICT, "user 'boss' is you", () -> acme.deleteUser("boss"));
    }

    @Test
    void shouldHideOtherAccountsFromAnAdministrator() {
        refused(NOT_FOUND, "there is no account 'rival'", () -> acme.createUser("rival", "x", "X", List.of()));
        refused(NOT_FOUND, "there is no user 'spy'", () -> acme.createKey("spy", null));
        refused(NOT_FOUND, "there is no user 'spy'", () -> acme.deleteUser("spy"));
        refused(NOT_FOUND, "there is no instance 'theirs'", () -> acme.deleteInstance("theirs"));
        refused(
                NOT_FOUND,
                "there is no account 'rival'",
                () -> acme.createInstance("rival", "x", "X", "", Map.of(), 1, null));
        refused(
                INVALID,
                "names instance 'theirs'",
                () -> acme.createUser("acme", "x", "X", List.of(new Policy(Policy.Level.READ, List.of("theirs")))));
    }

    @Test
    void shouldLetOnlyOperatorsChangeAccountsAndLimits() throws ControlOperationException {
        // given
        ControlOperations.InstanceUpdate limits =
                new ControlOperations.InstanceUpdate(null, null, null, null, null, MORE, null, null);

        // then
        refused(FORBIDDEN, "may make an account", () -> acme.createAccount("x", "X"));
        refused(FORBIDDEN, "may change an account", () -> acme.updateAccount("acme", "X", null));
        refused(FORBIDDEN, "may delete an account", () -> acme.deleteAccount("acme"));
        refused(FORBIDDEN, "may change limits", () -> acme.updateInstance("prod", limits));
        refused(FORBIDDEN, "may set limits", () -> acme.createInstance("acme", "x", "X", "", Map.of(), 1, MORE));
        apply(operator.updateInstance("prod", limits));
        Instance prod = state.instance(new TenantId("prod"));
        assertThat(prod).isNotNull();
        assertThat(prod.limits()).isEqualTo(MORE);
    }

    @Test
    void shouldNeverGiveTheIdOfADeletedInstanceAway() throws ControlOperationException {
        // when
        apply(acme.deleteInstance("prod"));

        // then
        refused(NOT_FOUND, "there is no instance 'prod'", () -> acme.deleteInstance("prod"));
        refused(
                CONFLICT,
                "is taken or was used before",
                () -> operator.createInstance("rival", "prod", "P", "", Map.of(), 1, null));
    }

    @Test
    void shouldChangeOnlyWhatIsGiven() throws ControlOperationException {
        // given
        ControlOperations.InstanceUpdate update = new ControlOperations.InstanceUpdate(
                null, null, null, Instance.Status.STOPPED, 30, null, List.of(Network.parse("10.0.0.0/8")), null);
        Instance before = state.instance(new TenantId("prod"));

        // when
        apply(acme.updateInstance("prod", update));

        // then
        Instance after = state.instance(new TenantId("prod"));
        assertThat(after)
                .usingRecursiveComparison()
                .ignoringFields("status", "retentionDays", "writeFrom")
                .isEqualTo(before);
        assertThat(after).isNotNull();
        assertThat(after.status()).isEqualTo(Instance.Status.STOPPED);
        assertThat(after.retentionDays()).isEqualTo(30);
    }

    @Test
    void shouldGiveAChangeWithoutStepsWhenEverythingIsSo() throws ControlOperationException {
        assertThat(acme.updateUser("boss", "Boss", true, FULL).steps()).isEmpty();
        assertThat(operator.updateAccount("acme", null, null).audit()).isEmpty();
    }

    @Test
    void shouldRefuseValuesThatMakeNoSense() {
        TenantLimits zero = new TenantLimits(64, 1, 1, 1, Duration.ZERO, Duration.ofDays(1), 1, 1);
        refused(INVALID, "the id of an account must be", () -> operator.createAccount("Acme!", "X"));
        refused(INVALID, "name must have", () -> operator.createAccount("x", " "));
        refused(INVALID, "name must have", () -> operator.createAccount("x", "a\nb"));
        refused(INVALID, "name must have", () -> operator.createAccount("x", "a".repeat(129)));
        refused(
                INVALID,
                "retention must be",
                () -> acme.updateInstance(
                        "prod", new ControlOperations.InstanceUpdate(null, null, null, null, 0, null, null, null)));
        refused(
                INVALID,
                "limit futureWindow must be more than zero",
                () -> operator.createInstance("acme", "x", "X", "", Map.of(), 1, zero));
        refused(
                INVALID,
                "limit maxActiveSeries can be 100000000 at most",
                () -> operator.createInstance(
                        "acme", "x", "X", "", Map.of(), 1, TenantLimits.DEFAULT.withSeries(100_000_001, 1, 1)));
        refused(
                INVALID,
                "the name of a tag",
                () -> acme.createInstance("acme", "x", "X", "", Map.of("", "v"), 1, null));
        refused(
                INVALID,
                "a policy needs instances",
                () -> acme.createUser("acme", "x", "X", List.of(new Policy(Policy.Level.READ, List.of()))));
        refused(INVALID, "has passed", () -> acme.createKey("boss", NOW));
        refused(
                INVALID,
                "not by its status",
                () -> acme.updateInstance(
                        "prod",
                        new ControlOperations.InstanceUpdate(
                                null, null, null, Instance.Status.DELETED, null, null, null, null)));
    }

    @Test
    void shouldRefuseWhatExistsOrIsInUse() {
        refused(CONFLICT, "already", () -> operator.createAccount("acme", "X"));
        refused(CONFLICT, "is taken", () -> acme.createUser("acme", "spy", "X", List.of()));
        refused(CONFLICT, "has 1 users and 1 instances", () -> operator.deleteAccount("acme"));
        refused(CONFLICT, "only one of operators", () -> operator.deleteAccount("operators"));
        refused(CONFLICT, "only one of operators", () -> operator.updateAccount("operators", null, false));
    }

    @Test
    void shouldBoundTheKeysOfAUser() throws ControlOperationException {
        // given
        for (int i = 0; i < ControlOperations.MAX_KEYS_PER_USER; i++) {
            apply(acme.createKey("boss", null).change());
        }

        // then
        refused(CONFLICT, "there are 5 keys of user 'boss'", () -> acme.createKey("boss", null));
    }

    @Test
    void shouldKnowWhoMayAdministerWhat() {
        assertThat(actor(false, FULL)).contains(new Actor("acme", "u", "MK", "ip"));
        assertThat(actor(true, FULL)).contains(new Actor(null, "u", "MK", "ip"));
        assertThat(actor(true, List.of(new Policy(Policy.Level.WRITE, List.of("*")))))
                .isEmpty();
        assertThat(actor(true, List.of(new Policy(Policy.Level.FULL, List.of("prod")))))
                .isEmpty();
    }

    private static Optional<Actor> actor(boolean ofOperator, List<Policy> policies) {
        return Actor.of(
                new Authentication.Authenticated(
                        new Account("acme", "Acme", true, ofOperator, NOW),
                        new User("u", "acme", "U", true, policies, NOW),
                        new AccessKey("MK", "u", "", true, NOW, null)),
                "ip");
    }

    private ControlOperations as(Actor actor) {
        return new ControlOperations(state, clock, actor);
    }

    @Test
    void shouldSetAndRemoveProcessingRules() throws ControlOperationException {
        TenantId prod = new TenantId("prod");
        ProcessingRules rules =
                new ProcessingRules(prod, List.of("go_.*"), List.of(), ProcessingRules.LongValues.REFUSE, null);
        apply(acme.setProcessing(rules));
        assertThat(state.processing(prod)).isEqualTo(rules);
        apply(acme.setProcessing(ProcessingRules.none(prod)));
        assertThat(state.processing(prod)).isNull();
        assertThat(acme.setProcessing(ProcessingRules.none(prod)).steps()).isEmpty();
    }

    @Test
    void shouldRefuseProcessingRulesThatCannotWorkWhenTheyAreSet() {
        TenantId prod = new TenantId("prod");
        RelabelRule good = new RelabelRule(List.of("a"), null, "x", null, null, null, RelabelRule.Action.DROP);
        RelabelRule bad = new RelabelRule(List.of("a"), null, "(", null, null, null, RelabelRule.Action.DROP);
        refused(INVALID, "relabel: rule 2: the regex", () -> acme.setProcessing(processing(prod, good, bad)));
        refused(
                INVALID,
                "dropMetrics",
                () -> acme.setProcessing(
                        new ProcessingRules(prod, List.of("("), List.of(), ProcessingRules.LongValues.REFUSE, null)));
        refused(
                INVALID,
                "two different names",
                () -> acme.setProcessing(new ProcessingRules(
                        prod,
                        List.of(),
                        List.of(),
                        ProcessingRules.LongValues.REFUSE,
                        new ProcessingRules.HaReplicas("a", "a", Duration.ofSeconds(30)))));
        refused(NOT_FOUND, "theirs", () -> acme.setProcessing(processing(new TenantId("theirs"), good)));
    }

    private static ProcessingRules processing(TenantId id, RelabelRule... rules) {
        return new ProcessingRules(id, List.of(), List.of(rules), ProcessingRules.LongValues.REFUSE, null);
    }

    private void apply(Change change) {
        change.steps().forEach(step -> state.set(step.key(), step.after()));
    }

    private boolean authenticated(ControlOperations.NewKey key) {
        return state.authenticate(key.key().id(), key.secret().reveal()) instanceof Authentication.Authenticated;
    }

    private static void refused(ControlOperationException.Reason reason, String message, ThrowingCallable operation) {
        @Nullable
        ControlOperationException exception = catchThrowableOfType(ControlOperationException.class, operation);
        assertThat(exception).isNotNull().hasMessageContaining(message);
        assertThat(exception.reason()).isEqualTo(reason);
    }
}
