package io.millrace.query.read;

import io.millrace.runtime.config.Secret;
import java.time.Duration;

/**
 * How to reach the writers.
 *
 * @param group their consumer group
 * @param topic the topic {@code samples}
 * @param partitions of that topic
 * @param token the secret they want to hear
 * @param timeout for an answer
 * @param ownersFor how long it is remembered who owns a partition
 * @param lagWarning how far behind a writer may be without a warning
 * @param maxAnswerBytes chunk bytes of one answer
 */
public record WriterAccess(
        String group,
        String topic,
        int partitions,
        Secret token,
        Duration timeout,
        Duration ownersFor,
        Duration lagWarning,
        long maxAnswerBytes) {}
