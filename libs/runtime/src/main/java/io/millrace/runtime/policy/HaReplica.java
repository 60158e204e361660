package io.millrace.runtime.policy;

/**
 * One of several Prometheus that scrape the same targets.
 *
 * @param cluster names what is scraped
 * @param name names who scrapes
 */
public record HaReplica(String cluster, String name) {}
