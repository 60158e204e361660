/**
 * Pairs of Prometheus that scrape the same targets: of each cluster one replica is elected, and only its samples are
 * stored. The election is a log of claims: every instance reads the same claims in the same order and comes to the same
 * result. It is decided in the time at which gateways received the samples, not in that of whoever processes them.
 */
package io.millrace.processor.ha;
