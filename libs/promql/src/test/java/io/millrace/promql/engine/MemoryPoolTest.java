package io.millrace.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryPoolTest {
    private static final long MIB = 1 << 20;

    @Test
    void shouldRefuseWhatIsNotLeftAndTakeNothingThen() {
        // given
        MemoryPool pool = new MemoryPool(10 * MIB);
        MemoryPool.Share first = pool.share();
        MemoryPool.Share second = pool.share();
        assertThat(first.take(7 * MIB)).isTrue();

        // when
        boolean tooMuch = second.take(4 * MIB);

        // then
        assertThat(tooMuch).isFalse();
        assertThat(pool.taken()).isEqualTo(7 * MIB);
        assertThat(second.take(3 * MIB)).isTrue();
    }

    @Test
    void shouldGiveOthersWhatComesBack() {
        // given
        MemoryPool pool = new MemoryPool(10 * MIB);
        MemoryPool.Share first = pool.share();
        MemoryPool.Share second = pool.share();
        first.take(10 * MIB);

        // when
        first.giveBack(5 * MIB);

        // then
        assertThat(second.take(5 * MIB)).isTrue();
        assertThat(first.take(MIB)).isFalse();
    }

    @Test
    void shouldTakeNothingForARequestThatIsOver() {
        // given
        MemoryPool pool = new MemoryPool(10 * MIB);
        MemoryPool.Share share = pool.share();
        share.take(3 * MIB);

        // when: a thread that reads for it is late
        share.close();
        boolean late = share.take(MIB);
        share.giveBack(3 * MIB);
        share.close();

        // then
        assertThat(late).isFalse();
        assertThat(pool.taken()).isZero();
    }

    @Test
    void shouldNeverHoldMoreThanItsBoundWhoeverAsks() throws InterruptedException {
        // given
        MemoryPool pool = new MemoryPool(10 * MIB);
        AtomicLong most = new AtomicLong();
        List<Thread> threads = new ArrayList<>();

        // when
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                for (int round = 0; round < 500; round++) {
                    try (MemoryPool.Share share = pool.share()) {
                        for (int i = 0; i < 10 && share.take(MIB); i++) {
                            most.accumulateAndGet(pool.taken(), Math::max);
                        }
                        share.giveBack(MIB / 2);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        // then
        assertThat(most.get()).isPositive().isLessThanOrEqualTo(10 * MIB);
        assertThat(pool.taken()).isZero();
    }
}
