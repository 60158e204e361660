package io.millrace.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlStateTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static final TenantId PROD = new TenantId("prod");
    private static final TenantId TEST = new TenantId("test");
    private static final TenantId OTHERS = new TenantId("others");

    private final MovableClock clock = new MovableClock(START.plusSeconds(1));
    private final ControlState state = new ControlState(clock);
    private final AccessKeys.NewAccessKey admin = AccessKeys.generate("admin", START, null);
    private final AccessKeys.NewAccessKey sender = AccessKeys.generate("sender", START, START.plusSeconds(60));
    private final AccessKeys.NewAccessKey reader = AccessKeys.generate("reader", START, null);

    @BeforeEach
    void fill() {
        state.put(new Account("acme", "Acme", true, START));
        state.put(new Account("rival", "Rival", true, START));
        state.put(user("admin", Policy.Level.FULL, "*"));
        state.put(user("sender", Policy.Level.WRITE, "prod"));
        state.put(user("reader", Policy.Level.READ, "prod", "test"));
        state.put(admin.key());
        state.put(sender.key());
        state.put(reader.key());
        state.put(instance(PROD, "acme"));
        state.put(instance(TEST, "acme"));
        state.put(instance(OTHERS, "rival"));
        state.markReady();
    }

    @Test
    void shouldGrantWhatThePolicySays() {
        assertThat(decide(admin, PROD, Access.WRITE)).isInstanceOf(Authorization.Granted.class);
        assertThat(decide(admin, PROD, Access.READ)).isInstanceOf(Authorization.Granted.class);
        assertThat(decide(sender, PROD, Access.WRITE)).isInstanceOf(Authorization.Granted.class);
        assertThat(decide(reader, TEST, Access.READ)).isInstanceOf(Authorization.Granted.class);
    }

    @Test
    void shouldTellWhoWasGrantedWhat() {
        // when
        Authorization authorization = decide(sender, PROD, Access.WRITE);

        // then
        assertThat(authorization)
                .isEqualTo(new Authorization.Granted(
                        instance(PROD, "acme"), user("sender", Policy.Level.WRITE, "prod"), sender.key()));
    }

    @Test
    void shouldForbidWhatThePolicyDoesNotSay() {
        assertThat(decide(sender, PROD, Access.READ))
                .isEqualTo(new Authorization.Forbidden("user 'sender' has no policy to read instance 'prod'"));
        assertThat(decide(sender, TEST, Access.WRITE))
                .isEqualTo(new Authorization.Forbidden("user 'sender' has no policy to write to instance 'test'"));
        assertThat(decide(reader, PROD, Access.WRITE)).isInstanceOf(Authorization.Forbidden.class);
    }

    @Test
    void shouldNotTellOfInstancesOfOtherAccounts() {
        assertThat(decide(admin, OTHERS, Access.READ)).isEqualTo(new Authorization.UnknownInstance());
        assertThat(decide(admin, new TenantId("nowhere"), Access.READ)).isEqualTo(new Authorization.UnknownInstance());
    }

    @Test
    void shouldTellOfMissingInstancesOnlyToThoseItKnows() {
        assertThat(state.decide("MKX", "x", new TenantId("nowhere"), Access.WRITE))
                .isEqualTo(new Authorization.Unauthenticated());
    }

    @Test
    void shouldRefuseAWrongSecretAndAnUnknownKey() {
        assertThat(state.decide(admin.key().id(), sender.secret().reveal(), PROD, Access.WRITE))
                .isEqualTo(new Authorization.Unauthenticated());
        assertThat(state.decide("MKX", admin.secret().reveal(), PROD, Access.WRITE))
                .isEqualTo(new Authorization.Unauthenticated());
        assertThat(state.decide("", "", PROD, Access.WRITE)).isEqualTo(new Authorization.Unauthenticated());
        assertThat(state.decide(admin.key().id(), "x".repeat(100_000), PROD, Access.WRITE))
                .isEqualTo(new Authorization.Unauthenticated());
    }

    @Test
    void shouldRefuseADisabledKeyUserAndAccount() {
        // when a key, a user and an account are disabled, each alone
        AccessKey key = admin.key();
        state.put(new AccessKey(key.id(), key.userId(), key.secretHash(), false, key.created(), null));
        Authorization disabledKey = decide(admin, PROD, Access.WRITE);
        state.put(new User("sender", "acme", "sender", false, List.of(), START));
        Authorization disabledUser = decide(sender, PROD, Access.WRITE);
        state.put(new Account("acme", "Acme", false, START));
        Authorization disabledAccount = decide(reader, PROD, Access.READ);

        // then
        assertThat(List.of(disabledKey, disabledUser, disabledAccount))
                .containsOnly(new Authorization.Unauthenticated());
    }

    @Test
    void shouldRefuseAKeyWhoseUserOrAccountIsGone() {
        // when
        state.remove(new ControlKey(ControlKey.Kind.USER, "sender"));
        state.remove(new ControlKey(ControlKey.Kind.KEY, admin.key().id()));

        // then
        assertThat(decide(sender, PROD, Access.WRITE)).isEqualTo(new Authorization.Unauthenticated());
        assertThat(decide(admin, PROD, Access.WRITE)).isEqualTo(new Authorization.Unauthenticated());
    }

    @Test
    void shouldRefuseAnExpiredKeyFromItsLastMoment() {
        // given
        clock.moveTo(START.plusSeconds(60).minusMillis(1));
        Authorization before = decide(sender, PROD, Access.WRITE);

        // when
        clock.moveTo(START.plusSeconds(60));
        Authorization after = decide(sender, PROD, Access.WRITE);

        // then
        assertThat(before).isInstanceOf(Authorization.Granted.class);
        assertThat(after).isEqualTo(new Authorization.Unauthenticated());
    }

    @Test
    void shouldForbidAStoppedInstance() {
        // given
        Instance running = instance(PROD, "acme");
        state.put(new Instance(
                PROD, "acme", "prod", "eu", Map.of(), Instance.Status.STOPPED, 90, running.limits(), START));

        // when
        Authorization authorization = decide(admin, PROD, Access.WRITE);

        // then
        assertThat(authorization).isEqualTo(new Authorization.Forbidden("instance 'prod' is stopped"));
    }

    @Test
    void shouldDecideNothingBeforeTheRecordsAreComplete() {
        // given
        ControlState reading = new ControlState(clock);

        // then
        assertThat(reading.decide("MKX", "x", PROD, Access.WRITE)).isEqualTo(new Authorization.NotReady());
        assertThat(reading.authenticate("MKX", "x")).isEqualTo(new Authentication.NotReady());
    }

    @Test
    void shouldListTheInstancesACallerMayUse() {
        // given
        Authentication.Authenticated caller = (Authentication.Authenticated)
                state.authenticate(reader.key().id(), reader.secret().reveal());

        // then
        assertThat(state.instancesFor(caller, Access.READ))
                .extracting(Instance::id)
                .containsExactly(PROD, TEST);
        assertThat(state.instancesFor(caller, Access.WRITE)).isEmpty();
    }

    @Test
    void shouldForgetADeletedInstanceButKeepItsRecord() {
        // given
        Instance prod = instance(PROD, "acme");
        state.put(
                new Instance(PROD, "acme", "prod", "eu", Map.of(), Instance.Status.DELETED, 90, prod.limits(), START));

        // then
        assertThat(decide(admin, PROD, Access.READ)).isEqualTo(new Authorization.UnknownInstance());
        assertThat(state.instance(PROD)).isNull();
        assertThat(state.instances()).extracting(Instance::id).doesNotContain(PROD);
        assertThat(state.record(new ControlKey(ControlKey.Kind.INSTANCE, "prod")))
                .isNotNull();
    }

    @Test
    void shouldOpenAnInstanceToTheNetworksItLists() throws Exception {
        // given
        Instance prod = instance(PROD, "acme");
        state.put(new Instance(
                PROD,
                "acme",
                "prod",
                "eu",
                Map.of(),
                Instance.Status.RUNNING,
                90,
                prod.limits(),
                List.of(Network.parse("10.0.0.0/8")),
                List.of(),
                START));
        InetAddress inside = InetAddress.getByName("10.1.2.3");

        // then
        assertThat(state.openTo(inside, PROD, Access.WRITE)).isNotNull();
        assertThat(state.openTo(inside, PROD, Access.READ)).isNull();
        assertThat(state.openTo(InetAddress.getByName("11.1.2.3"), PROD, Access.WRITE))
                .isNull();
        assertThat(state.openTo(inside, TEST, Access.WRITE)).isNull();
        state.put(new Account("acme", "Acme", false, START));
        assertThat(state.openTo(inside, PROD, Access.WRITE)).isNull();
    }

    private Authorization decide(AccessKeys.NewAccessKey key, TenantId instance, Access access) {
        return state.decide(key.key().id(), key.secret().reveal(), instance, access);
    }

    private static User user(String id, Policy.Level level, String... instances) {
        return new User(id, "acme", id, true, List.of(new Policy(level, List.of(instances))), START);
    }

    private static Instance instance(TenantId id, String account) {
        return new Instance(
                id, account, id.value(), "eu", Map.of(), Instance.Status.RUNNING, 90, TenantLimits.DEFAULT, START);
    }
}
