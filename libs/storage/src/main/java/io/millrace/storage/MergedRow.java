package io.millrace.storage;

/**
 * The samples of a series over up to a day, merged from chunks. Its key within the bucket is (metric, series, startMs).
 *
 * @param chunk as a reader sees it: its offset is below every place in the topic {@code samples} that was not stored yet
 *     when it was merged, and not below that of any chunk it was made of
 */
public record MergedRow(String metric, ChunkRow chunk) {}
