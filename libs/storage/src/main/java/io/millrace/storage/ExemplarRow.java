package io.millrace.storage;

import io.millrace.model.SeriesId;

/**
 * An exemplar of a series. Its key within the partition is (series, timestampMs, labels).
 *
 * @param labels canonical labels of the exemplar itself (bytes of {@code docs/formats/labels.md})
 * @param receivedMs when the gateway had received it, ms since the epoch; of two with the same key the later counts
 */
public record ExemplarRow(SeriesId series, long timestampMs, byte[] labels, double value, long receivedMs) {}
