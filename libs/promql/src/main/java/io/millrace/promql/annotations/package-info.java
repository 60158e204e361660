/** Warnings and infos that a query gives beside its result. */
package io.millrace.promql.annotations;
