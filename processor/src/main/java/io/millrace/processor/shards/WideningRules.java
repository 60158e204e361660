package io.millrace.processor.shards;

import java.time.Duration;

/**
 * When and how fast a shard is widened. Immutable.
 *
 * @param samplesPerSecond of one tenant in its first partition above which its shard is widened, over a whole {@code window}
 * @param activeSeries of one tenant in its first partition above which its shard is widened
 * @param window over which samples are counted
 * @param freeze how long gateways are given to hear that they must not publish; what they publish later may be out of order
 * @param rest least time between two changes of a shard
 */
public record WideningRules(long samplesPerSecond, long activeSeries, Duration window, Duration freeze, Duration rest) {
    /** No shard is ever widened. */
    public static final WideningRules NEVER =
            new WideningRules(Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofMinutes(1), Duration.ZERO, Duration.ZERO);
}
