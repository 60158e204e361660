package io.millrace.processor.shards;

import io.millrace.runtime.shards.TenantShards;
import io.millrace.wire.Shard;
import io.millrace.wire.record.ShardRecord.Passed;
import io.millrace.wire.record.ShardRecord.Phase;
import io.millrace.wire.record.ShardRecord.State;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Widens the shard of one tenant; done by the owner of the tenant's first partition. Not thread-safe: its task owns it.
 *
 * <ol>
 *   <li>The partition gets much of the tenant, and is not behind: <em>closing</em>, so gateways take nothing of it any more.
 *   <li>When that has been visible here for as long as gateways are given to hear of it: a mark into each partition of the
 *       shard, and <em>passing</em>.
 *   <li>When each of them has said that it has passed its mark: <em>steady</em>, with the new width.
 * </ol>
 *
 * <p>What to do follows from what the topic says, so a new owner goes on where the last one was. It may see an old state for a
 * moment and do a step again: that says the same with another time, or sends marks that are passed already. Since all is
 * said in the transactions of one task at a time, the records are in the order of the steps. A step is repeated when its result does not
 * show within {@value #REPEAT_MS} ms (its transaction was aborted), and marks that nobody has passed after
 * {@value #MARK_AGAIN_MS} ms.
 */
final class ShardWidening {
    private static final Logger log = LoggerFactory.getLogger(ShardWidening.class);

    static final long REPEAT_MS = 5_000;
    static final long MARK_AGAIN_MS = 30_000;

    private final int partitions;
    private final WideningRules rules;
    private final ShardMetrics metrics;

    private @Nullable State seen;
    private long seenMs;

    /** When something was said that is not seen yet. */
    private long saidMs;

    private boolean said;
    private long markedMs;
    private long closedMs;

    private boolean counting;
    private long windowMs;
    private long windowSamples;

    /** @param partitions of {@code received} */
    ShardWidening(int partitions, WideningRules rules, ShardMetrics metrics) {
        this.partitions = partitions;
        this.rules = rules;
        this.metrics = metrics;
    }

    /**
     * Takes the next step, if it is time. To be called about once a second.
     *
     * @param samples of the tenant that this partition has passed on, ever
     * @param activeSeries of the tenant in this partition
     * @param behind whether this partition has something to catch up with: then closing would last
     */
    void step(TenantShards now, long samples, long activeSeries, boolean behind, long nowMs, ShardOutput output) {
        State state = now.state();
        if (state == null) {
            return;
        }
        if (!state.equals(seen)) {
            see(state, nowMs);
        }
        boolean much = isMuch(samples, activeSeries, nowMs);
        metrics.shard(state.tenant(), now.shard().width(), now.isClosed() ? Math.max(1, nowMs - closedMs) : 0);
        if (said && nowMs >= saidMs && nowMs - saidMs < REPEAT_MS) {
            return;
        }
        switch (state.phase()) {
            case STEADY -> {
                if (much
                        && !behind
                        && !now.shard().isAll()
                        && nowMs - state.sinceMs() >= rules.rest().toMillis()) {
                    int next = Shard.next(state.width(), partitions);
                    say(
                            output,
                            new State(state.tenant(), state.epoch() + 1, Phase.CLOSING, state.width(), next, nowMs));
                }
            }
            case CLOSING -> {
                if (nowMs - seenMs >= rules.freeze().toMillis()) {
                    mark(now, state, nowMs, output);
                    say(
                            output,
                            new State(
                                    state.tenant(),
                                    state.epoch(),
                                    Phase.PASSING,
                                    state.width(),
                                    state.nextWidth(),
                                    nowMs));
                }
            }
            case PASSING -> {
                if (haveAllPassed(now, state)) {
                    say(output, new State(state.tenant(), state.epoch(), Phase.STEADY, state.nextWidth(), 0, nowMs));
                } else if (nowMs - markedMs >= MARK_AGAIN_MS) {
                    mark(now, state, nowMs, output);
                }
            }
        }
    }

    private void see(State state, long nowMs) {
        boolean wasClosed = seen != null && seen.phase() != Phase.STEADY;
        if (wasClosed && state.phase() == Phase.STEADY) {
            metrics.widened(Math.max(0, nowMs - closedMs));
        } else if (!wasClosed) {
            closedMs = state.sinceMs();
        }
        seen = state;
        seenMs = nowMs;
        said = false;
        if (state.phase() == Phase.PASSING && markedMs < state.sinceMs()) {
            markedMs = nowMs;
        }
    }

    /** Whether there was more than a partition should have of one tenant, over a whole window. */
    private boolean isMuch(long samples, long activeSeries, long nowMs) {
        long elapsed = nowMs - windowMs;
        if (counting && elapsed >= 0 && elapsed < rules.window().toMillis()) {
            return false;
        }
        boolean much = counting
                && elapsed > 0
                && ((samples - windowSamples) * 1000.0 / elapsed > rules.samplesPerSecond()
                        || activeSeries > rules.activeSeries());
        counting = true;
        windowMs = nowMs;
        windowSamples = samples;
        return much;
    }

    private void mark(TenantShards now, State state, long nowMs, ShardOutput output) {
        markedMs = nowMs;
        for (int partition : now.shard().partitions()) {
            if (!hasPassed(now, state, partition)) {
                output.mark(state.tenant(), partition, state.epoch());
            }
        }
    }

    private static boolean haveAllPassed(TenantShards now, State state) {
        for (int partition : now.shard().partitions()) {
            if (!hasPassed(now, state, partition)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasPassed(TenantShards now, State state, int partition) {
        Passed passed = now.passed().get(partition);
        return passed != null && passed.epoch() == state.epoch();
    }

    private void say(ShardOutput output, State state) {
        said = true;
        saidMs = state.sinceMs();
        log.info(
                "shard tenant={} epoch={} phase={} width={} nextWidth={}",
                state.tenant(),
                state.epoch(),
                state.phase(),
                state.width(),
                state.nextWidth());
        output.shard(state);
    }
}
