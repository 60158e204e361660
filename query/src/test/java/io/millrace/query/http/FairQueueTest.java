package io.millrace.query.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FairQueueTest {
    @Test
    void shouldLetTenantsTakeTurns() throws Exception {
        // given: one thread, busy; then 4 tasks of a, then 2 of b
        FairQueue queue = new FairQueue(1, 1, 100, 100);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(6);
        queue.start();
        queue.submit("z", () -> await(go));
        for (int i = 0; i < 4; i++) {
            queue.submit("a", () -> note(order, "a", done));
        }
        for (int i = 0; i < 2; i++) {
            queue.submit("b", () -> note(order, "b", done));
        }

        // when
        go.countDown();
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        queue.close();

        // then
        assertThat(order).containsExactly("a", "b", "a", "b", "a", "a");
    }

    @Test
    void shouldNotLetATenantTakeAllThreads() throws Exception {
        // given
        FairQueue queue = new FairQueue(3, 2, 100, 100);
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(1);
        queue.start();
        for (int i = 0; i < 5; i++) {
            queue.submit("greedy", () -> await(hold));
        }

        // when
        queue.submit("modest", other::countDown);

        // then
        assertThat(other.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(queue.running()).isLessThanOrEqualTo(3);
        hold.countDown();
        queue.close();
    }

    @Test
    void shouldSayWhoIsTooBusy() throws Exception {
        // given: no thread is started, so everything waits
        FairQueue queue = new FairQueue(1, 1, 2, 3);
        queue.submit("a", () -> {});
        queue.submit("a", () -> {});

        // then
        assertThatThrownBy(() -> queue.submit("a", () -> {}))
                .isInstanceOfSatisfying(
                        FairQueue.FullException.class,
                        e -> assertThat(e.isTenant()).isTrue());
        queue.submit("b", () -> {});
        assertThatThrownBy(() -> queue.submit("c", () -> {}))
                .isInstanceOfSatisfying(
                        FairQueue.FullException.class,
                        e -> assertThat(e.isTenant()).isFalse());
        assertThat(queue.waiting()).isEqualTo(3);
    }

    @Test
    void shouldGiveBackOnlyWhatWaits() throws Exception {
        // given: one task runs and two wait
        FairQueue queue = new FairQueue(1, 1, 10, 10);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch hold = new CountDownLatch(1);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(1);
        Runnable running = () -> {
            begun.countDown();
            await(hold);
        };
        Runnable first = () -> order.add("first");
        Runnable second = () -> note(order, "second", done);
        queue.start();
        queue.submit("a", running);
        begun.await();
        queue.submit("a", first);
        queue.submit("a", second);

        // when
        boolean withdrawn = queue.withdraw("a", first);

        // then
        assertThat(withdrawn).isTrue();
        assertThat(queue.withdraw("a", first)).isFalse();
        assertThat(queue.withdraw("a", running)).isFalse();
        assertThat(queue.withdraw("b", second)).isFalse();
        assertThat(queue.waiting()).isEqualTo(1);
        hold.countDown();
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly("second");
        queue.close();
    }

    @Test
    void shouldForgetATenantWhoseOnlyTaskWasWithdrawn() throws Exception {
        // given
        FairQueue queue = new FairQueue(1, 1, 1, 10);
        Runnable task = () -> {};
        queue.submit("a", task);

        // when
        queue.withdraw("a", task);

        // then: no turn is left that nobody takes
        queue.submit("a", task);
        queue.start();
        queue.close();
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void shouldEndWhatWaitsAndTakeNothingNewWhenClosed() throws Exception {
        // given
        FairQueue queue = new FairQueue(1, 1, 10, 10);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        queue.start();
        CountDownLatch done = new CountDownLatch(2);
        queue.submit("a", () -> note(order, "a", done));
        queue.submit("a", () -> note(order, "a", done));

        // when
        queue.close();

        // then
        assertThat(order).hasSize(2);
        assertThatThrownBy(() -> queue.submit("a", () -> {})).isInstanceOf(FairQueue.FullException.class);
    }

    private static void note(List<String> order, String tenant, CountDownLatch done) {
        order.add(tenant);
        done.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
