/**
 * The HTTP side of the query service: one listener for the Prometheus API of every instance and for the admin API. A
 * request is routed, authenticated, queued fairly among tenants, answered by an endpoint, and written as a stream.
 */
package io.millrace.query.http;
