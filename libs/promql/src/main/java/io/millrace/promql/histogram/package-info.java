/** Native histograms with the arithmetic of PromQL. */
package io.millrace.promql.histogram;
