/**
 * The endpoints of the Prometheus HTTP API below {@code /prometheus/{instance}/}: what each parameter means, which error
 * it gives, and the exact form of each answer. One class for each group of endpoints.
 */
package io.millrace.query.api;
