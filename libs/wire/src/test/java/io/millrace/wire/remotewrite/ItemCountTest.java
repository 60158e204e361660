package io.millrace.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ItemCountTest {
    @ParameterizedTest
    @EnumSource
    void shouldCountWhatIsThereValidOrNot(MessageType type) {
        // given
        TestRequest request = TestRequest.of(
                TestRequest.histogram(TestRequest.basicHistogram(Received.NOW), "__name__", "h"),
                new TestRequest.Series(
                        java.util.List.of("no", "name"),
                        java.util.List.of(new TestRequest.Sample(1, 1, 0), new TestRequest.Sample(2, 2, 0)),
                        java.util.List.of(),
                        java.util.List.of(new TestRequest.Exemplar(java.util.List.of(), 1, 1)),
                        null,
                        0));
        byte[] message = request.encode(type);

        // when
        ItemCount count = ItemCount.of(type, message, 0, message.length);

        // then
        assertThat(count).isEqualTo(new ItemCount(2, 1, 1, 0));
        assertThat(count.items()).isEqualTo(4);
    }
}
