/** The entrance to PromQL: an engine that evaluates a query over a {@link io.millrace.promql.storage.Queryable}. */
package io.millrace.promql.engine;
