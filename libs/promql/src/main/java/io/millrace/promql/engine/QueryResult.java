package io.millrace.promql.engine;

import io.millrace.promql.annotations.Annotations;

/**
 * The answer to a query.
 *
 * @param samplesRead samples that the selectors loaded
 * @param peakSamples the most samples held at once
 */
public record QueryResult(QueryValue value, Annotations annotations, long samplesRead, long peakSamples) {}
