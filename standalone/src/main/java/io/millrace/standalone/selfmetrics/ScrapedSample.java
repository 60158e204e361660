package io.millrace.standalone.selfmetrics;

import io.millrace.model.Labels;

/**
 * One line of a scrape.
 *
 * @param labels with the metric name
 */
record ScrapedSample(Labels labels, double value) {}
