package io.millrace.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void shouldLetTheBurstThroughAndThenTheRate() {
        // given
        TokenBucket bucket = new TokenBucket(100, 2, 0);

        // when
        bucket.take(200);

        // then
        assertThat(bucket.has(1)).isFalse();
        assertThat(bucket.secondsUntil(50)).isEqualTo(0.5);
        bucket.refill(100, 2, SECOND / 2);
        assertThat(bucket.has(50)).isTrue();
        assertThat(bucket.has(51)).isFalse();
    }

    @Test
    void shouldLetWhatIsLargerThanTheBucketThroughWhenItIsFull() {
        // given
        TokenBucket bucket = new TokenBucket(100, 1, 0);

        // when
        boolean first = bucket.has(1000);
        bucket.take(1000);

        // then
        assertThat(first).isTrue();
        bucket.refill(100, 1, 9 * SECOND);
        assertThat(bucket.has(1)).isFalse();
        bucket.refill(100, 1, 10 * SECOND);
        assertThat(bucket.has(1000)).isTrue();
    }

    @Test
    void shouldNotSaveMoreThanTheBurst() {
        // given
        TokenBucket bucket = new TokenBucket(100, 1, 0);

        // when
        bucket.refill(100, 1, 3600 * SECOND);
        bucket.take(100);

        // then
        assertThat(bucket.has(1)).isFalse();
    }

    @Test
    void shouldScaleWhatIsSavedWithTheRate() {
        // given
        TokenBucket bucket = new TokenBucket(100, 1, 0);

        // when
        bucket.refill(10, 1, 0);

        // then
        assertThat(bucket.secondsUntil(10)).isZero();
        bucket.take(10);
        assertThat(bucket.has(1)).isFalse();
    }
}
