package io.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.util.thread.TryExecutor;
import org.junit.jupiter.api.Test;

class ConnectionExecutorTest {
    private final Pool pool = new Pool();
    private long nowNanos = 1;
    private final ConnectionExecutor executor = new ConnectionExecutor(pool, 2, () -> nowNanos);
    private final List<String> done = new ArrayList<>();

    @Test
    void shouldTakeFewThreadsWhenManyConnectionsComeAtOnce() {
        // when
        for (int i = 0; i < 5; i++) {
            executor.execute(connection("c" + i));
        }

        // then
        assertThat(pool.jobs).hasSize(2);
        pool.runNext();
        assertThat(done).containsExactly("c0", "c1", "c2", "c3", "c4");
        pool.runNext();
        assertThat(pool.jobs).isEmpty();
    }

    @Test
    void shouldTakeThreadAgainWhenAllHaveGoneBack() {
        // given
        executor.execute(connection("first"));
        pool.runNext();

        // when
        executor.execute(connection("second"));
        pool.runNext();

        // then
        assertThat(done).containsExactly("first", "second");
        assertThat(pool.jobs).isEmpty();
    }

    @Test
    void shouldGoOnWithOthersWhenOneFails() {
        // given
        ConnectionExecutor ofOneThread = new ConnectionExecutor(pool, 1, () -> nowNanos);
        ofOneThread.execute(new Job(() -> {
            throw new IllegalStateException("on purpose");
        }));
        ofOneThread.execute(connection("other"));

        // when
        assertThatThrownBy(pool::runNext).hasMessage("on purpose");
        pool.runNext();

        // then
        assertThat(done).containsExactly("other");
    }

    @Test
    void shouldTakeOneThreadMoreWhenNoneHasComeBackForAWhile() {
        // given
        ConnectionExecutor ofOneThread = new ConnectionExecutor(pool, 1, () -> nowNanos);
        ofOneThread.execute(new Job(() -> {
            // a sender that keeps its thread, while the connections of others wait
            ofOneThread.execute(connection("other"));
            ofOneThread.execute(connection("third"));
            assertThat(pool.jobs).isEmpty();
            nowNanos += 21_000_000;

            // when
            ofOneThread.beginIfNeeded();
            ofOneThread.beginIfNeeded();

            // then
            assertThat(pool.jobs).hasSize(1);
            pool.runNext();
            assertThat(done).containsExactly("other", "third");
        }));
        pool.runNext();

        // and back to one thread
        for (int i = 0; i < 3; i++) {
            ofOneThread.execute(connection("later"));
        }
        assertThat(pool.jobs).hasSize(1);
    }

    @Test
    void shouldLetTheThreadThatIsOneMoreLeaveAfterATurn() {
        // given
        ConnectionExecutor ofOneThread = new ConnectionExecutor(pool, 1, () -> nowNanos);
        ofOneThread.execute(new Job(() -> {
            for (int i = 0; i < 100; i++) {
                ofOneThread.execute(connection("c" + i));
            }
            nowNanos += 21_000_000;
            ofOneThread.beginIfNeeded();

            // when
            pool.runNext();

            // then
            assertThat(done).hasSize(64);
            assertThat(pool.jobs).isEmpty();
        }));
        pool.runNext();
        assertThat(done).hasSize(100);
    }

    @Test
    void shouldTellWhenThePoolTakesNoMore() {
        // given
        pool.stopped = true;
        assertThatThrownBy(() -> executor.execute(connection("refused")))
                .isInstanceOf(RejectedExecutionException.class);

        // when
        pool.stopped = false;
        executor.execute(connection("later"));
        pool.runNext();

        // then
        assertThat(done).containsExactly("later");
    }

    @Test
    void shouldLeaveEverythingElseToThePool() {
        // given
        Runnable job = () -> done.add("job");

        // when
        for (int i = 0; i < 3; i++) {
            executor.execute(job);
        }

        // then
        assertThat(pool.jobs).containsExactly(job, job, job);
    }

    private Job connection(String name) {
        return new Job(() -> done.add(name));
    }

    private static final class Job extends AbstractConnection implements Runnable {
        private final Runnable work;

        Job(Runnable work) {
            super(new ByteArrayEndPoint(), Runnable::run);
            this.work = work;
        }

        @Override
        public void run() {
            work.run();
        }

        @Override
        public void onFillable() {
            throw new UnsupportedOperationException();
        }
    }

    /** Keeps its jobs until they are asked for. */
    private static final class Pool implements TryExecutor {
        private final Queue<Runnable> jobs = new ArrayDeque<>();
        private boolean stopped;

        @Override
        public void execute(Runnable job) {
            if (stopped) {
                throw new RejectedExecutionException("stopped");
            }
            jobs.add(job);
        }

        @Override
        public boolean tryExecute(Runnable job) {
            return false;
        }

        void runNext() {
            jobs.remove().run();
        }
    }
}
