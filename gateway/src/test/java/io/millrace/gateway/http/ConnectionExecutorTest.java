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
    private final ConnectionExecutor executor = new ConnectionExecutor(pool, 2);
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
        ConnectionExecutor ofOneThread = new ConnectionExecutor(pool, 1);
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
