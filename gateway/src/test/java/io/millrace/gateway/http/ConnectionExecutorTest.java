package io.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.util.thread.TryExecutor;
import org.junit.jupiter.api.Test;

/** What becomes of connections that have a selector is seen in {@code RawHttpIT}. */
class ConnectionExecutorTest {
    private final Pool pool = new Pool();
    private final ConnectionExecutor executor = new ConnectionExecutor(pool);

    @Test
    void shouldLeaveToThePoolWhatIsNotAConnection() {
        // given
        Runnable job = () -> {};

        // when
        executor.execute(job);

        // then
        assertThat(pool.jobs).containsExactly(job);
    }

    @Test
    void shouldLeaveToThePoolAConnectionWithoutSelector() {
        // given
        Job job = new Job();

        // when
        executor.execute(job);

        // then
        assertThat(pool.jobs).containsExactly(job);
    }

    private static final class Job extends AbstractConnection implements Runnable {
        Job() {
            super(new ByteArrayEndPoint(), Runnable::run);
        }

        @Override
        public void run() {}

        @Override
        public void onFillable() {}
    }

    private static final class Pool implements TryExecutor {
        private final List<Runnable> jobs = new ArrayList<>();

        @Override
        public void execute(Runnable job) {
            jobs.add(job);
        }

        @Override
        public boolean tryExecute(Runnable job) {
            return false;
        }
    }
}
