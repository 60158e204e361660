package io.millrace.storage;

import io.millrace.model.SeriesId;

/**
 * A series in the registry of a day.
 *
 * @param labels canonical labels (bytes of {@code docs/formats/labels.md})
 */
public record SeriesRow(SeriesId id, String metric, byte[] labels) {}
