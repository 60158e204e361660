package io.millrace.writer.partition;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Something that must become durable.
 *
 * @param what for logs, such as {@code chunks}
 * @param attempt tries once; repeated until it succeeds, so it must be idempotent
 * @param durable runs on the owner thread when it is done
 * @param bytes about what it holds in memory
 */
record PendingWrite(String what, Supplier<CompletionStage<Void>> attempt, Runnable durable, long bytes) {}
