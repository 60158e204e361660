package io.millrace.promql.histogram;

/** A native histogram with float counts and the arithmetic of PromQL. */
public final class FloatHistogram {}
