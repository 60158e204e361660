package io.millrace.model;

/** The type of a metric family, in the order of the numbers that remote write gives them. */
public enum MetricType {
    UNKNOWN,
    COUNTER,
    GAUGE,
    HISTOGRAM,
    GAUGE_HISTOGRAM,
    SUMMARY,
    INFO,
    STATE_SET;

    private static final MetricType[] BY_NUMBER = values();

    /** The type with this number; {@link #UNKNOWN} for numbers of later versions. */
    public static MetricType ofNumber(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
    }

    /** As the Prometheus HTTP API writes it: {@code counter}, {@code gaugehistogram}, ... */
    public String apiName() {
        return name().toLowerCase(java.util.Locale.ROOT).replace("_", "");
    }
}
