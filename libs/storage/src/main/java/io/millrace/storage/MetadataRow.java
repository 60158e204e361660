package io.millrace.storage;

import io.millrace.model.MetricType;

/**
 * What senders say about a metric family.
 *
 * @param family name of the family, without the suffixes of its series
 * @param help free text, may be empty
 * @param unit may be empty
 * @param updatedMs when the gateway had received it, ms since the epoch; the latest counts
 */
public record MetadataRow(String family, MetricType type, String help, String unit, long updatedMs) {}
