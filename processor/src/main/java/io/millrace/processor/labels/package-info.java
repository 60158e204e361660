/**
 * From the labels a sender wrote to the labels Millrace stores: sorted, without empty values, each name once. What comes
 * out is remembered per raw label set, so that a known series costs one look-up.
 */
package io.millrace.processor.labels;
