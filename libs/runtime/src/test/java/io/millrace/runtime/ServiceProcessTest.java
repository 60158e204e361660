package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceProcessTest {
    private final List<String> events = new ArrayList<>();
    private final FakeService first = new FakeService("first");
    private final FakeService second = new FakeService("second");
    private final FakeService admin = new FakeService("admin");
    private final ServiceProcess process = process(List.of(first, second));

    @AfterEach
    void close() {
        process.close();
    }

    @Test
    void shouldStartInOrderAndCloseInReverse() throws Exception {
        // when
        process.start();
        process.close();

        // then
        assertThat(events)
                .containsExactly(
                        "start admin", "start first", "start second", "close second", "close first", "close admin");
    }

    @Test
    void shouldCloseEachServiceOnce() throws Exception {
        // given
        process.start();

        // when
        process.close();
        process.close();

        // then
        assertThat(events).hasSize(6);
    }

    @Test
    void shouldCloseWhatStartedAndTheFailedOneWhenAServiceCannotStart() {
        // given
        second.startFailure = new IllegalStateException("no broker", new java.io.IOException("refused\nby peer"));

        // when / then
        assertThatThrownBy(process::start)
                .isInstanceOf(ServiceStartException.class)
                .hasMessage("second cannot start: no broker: refused by peer");
        assertThat(events)
                .containsExactly(
                        "start admin", "start first", "start second", "close second", "close first", "close admin");
    }

    @Test
    void shouldKeepTheInterruptOfAStartThatWasWaiting() {
        // given
        second.startFailure = new InterruptedException();

        // when
        assertThatThrownBy(process::start).isInstanceOf(ServiceStartException.class);

        // then
        assertThat(Thread.interrupted()).isTrue();
        assertThat(events).contains("close second", "close first");
        assertThat(second.interruptedAtClose).isFalse();
    }

    @Test
    void shouldStartNothingMoreOnceAskedToStop() {
        // given
        process.stop();

        // when
        assertThatThrownBy(process::start).isInstanceOf(ServiceStartException.class);
        Thread.interrupted();

        // then
        assertThat(events).containsExactly("close admin");
    }

    @Test
    void shouldCloseTheOthersWhenOneFailsToClose() throws Exception {
        // given
        second.closeFailure = new IllegalStateException("stuck");
        process.start();

        // when / then
        assertThatCode(process::close).doesNotThrowAnyException();
        assertThat(events).contains("close first");
    }

    @Test
    void shouldTellTheHealthOfEachServiceFromBeforeTheStartToTheStop() throws Exception {
        // given
        Map<String, Health> before = process.health();
        second.health = Health.notReady("reading");

        // when
        process.start();
        Map<String, Health> running = process.health();
        process.stop();
        Map<String, Health> stopping = process.health();

        // then
        assertThat(before)
                .containsExactly(
                        Map.entry("first", Health.notReady("starting")),
                        Map.entry("second", Health.notReady("not started yet")));
        assertThat(running)
                .containsExactly(Map.entry("first", Health.READY), Map.entry("second", Health.notReady("reading")));
        assertThat(stopping).containsEntry("process", Health.notReady("stopping"));
    }

    @Test
    void shouldNotReadyBeReportedWhenTheCheckItselfFails() throws Exception {
        // given
        process.start();
        second.checkFailure = new IllegalStateException("oops");

        // when / then
        assertThat(process.health()).containsEntry("second", Health.notReady("check failed: oops"));
    }

    @Test
    void shouldRefuseTwoServicesOfTheSameName() {
        assertThatThrownBy(() -> process(List.of(first, first))).hasMessageContaining("[first, first]");
    }

    @Test
    void shouldGiveExitCodeOneWhenItCannotStart() {
        // given
        second.startFailure = new IllegalStateException("no broker");

        // when / then
        assertThat(ProcessMain.run(process)).isEqualTo(1);
    }

    @Test
    void shouldGiveExitCodeZeroAfterAStop() {
        // given
        second.onStart = process::stop;

        // when / then
        assertThat(ProcessMain.run(process)).isZero();
        assertThat(events).endsWith("close second", "close first", "close admin");
    }

    @Test
    void shouldGiveExitCodeTwoForWrongArgumentsAndConfiguration() {
        // given
        ProcessMain.Wiring wiring = (file, environment) -> {
            throw io.millrace.runtime.config.ConfigurationTestAccess.exception("gateway.port: is odd");
        };

        // when / then
        assertThat(ProcessMain.run("gateway", new String[] {"a", "b"}, wiring)).isEqualTo(2);
        assertThat(ProcessMain.run("gateway", new String[] {"--help"}, wiring)).isEqualTo(2);
        assertThat(ProcessMain.run("gateway", new String[] {"a"}, wiring)).isEqualTo(2);
    }

    private ServiceProcess process(List<FakeService> services) {
        return new ServiceProcess("test", services, health -> admin);
    }

    private final class FakeService implements Service {
        private final String name;
        private @Nullable Exception startFailure;
        private @Nullable RuntimeException closeFailure;
        private @Nullable RuntimeException checkFailure;
        private Health health = Health.READY;
        private boolean interruptedAtClose;
        private Runnable onStart = () -> {};

        FakeService(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start() throws Exception {
            events.add("start " + name);
            onStart.run();
            if (startFailure != null) {
                throw startFailure;
            }
        }

        @Override
        public Health check() {
            if (checkFailure != null) {
                throw checkFailure;
            }
            return health;
        }

        @Override
        public void close() {
            events.add("close " + name);
            interruptedAtClose = Thread.currentThread().isInterrupted();
            if (closeFailure != null) {
                throw closeFailure;
            }
        }
    }
}
