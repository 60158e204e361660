package io.millrace.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.wire.remotewrite.RequestLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DecodeSlotsTest {
    private final Queue<Runnable> executor = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();

    @Test
    void shouldWorkAtOnceWhenASlotIsFree() {
        // given
        DecodeSlots slots = slots(1);

        // when
        slots.run(slot -> {
            done.add("decoded");
            return () -> done.add("published");
        });

        // then
        assertThat(done).containsExactly("decoded", "published");
        assertThat(executor).isEmpty();
    }

    @Test
    void shouldLeaveWorkToTheHolderOfTheSlotWhenNoneIsFree() {
        // given
        DecodeSlots slots = slots(1);

        // when work comes while the only slot is taken
        slots.run(slot -> {
            slots.run(later -> {
                done.add("second decoded");
                return () -> done.add("second published");
            });
            done.add("first decoded");
            return () -> done.add("first published");
        });

        // then it is done after the first, in order, by the same thread
        assertThat(done).containsExactly("first decoded", "first published", "second decoded", "second published");
        assertThat(executor).isEmpty();
    }

    @Test
    void shouldDoWhatIsLeftWithoutASlot() {
        // given
        DecodeSlots slots = slots(1);

        // when
        slots.run(slot -> () -> slots.run(other -> {
            done.add("decoded within the rest of another");
            return () -> {};
        }));

        // then
        assertThat(done).hasSize(1);
    }

    @Test
    void shouldHandOverWhatIsWaitingAfterSomePieces() {
        // given
        DecodeSlots slots = slots(1);

        // when twenty pieces come while the only slot is taken
        slots.run(slot -> {
            IntStream.range(0, 20)
                    .forEach(i -> slots.run(later -> {
                        done.add("piece " + i);
                        return () -> {};
                    }));
            return () -> {};
        });

        // then the thread does some of them, and the executor the rest, in order
        assertThat(done).hasSize(7);
        while (!executor.isEmpty()) {
            executor.remove().run();
        }
        assertThat(done)
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> "piece " + i).toList());
    }

    private DecodeSlots slots(int count) {
        return new DecodeSlots(
                IntStream.range(0, count)
                        .mapToObj(i -> new DecodeSlot(RequestLimits.DEFAULT, 2))
                        .toList(),
                executor::add);
    }
}
