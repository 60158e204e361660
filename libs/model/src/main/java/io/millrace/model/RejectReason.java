package io.millrace.model;

/**
 * Every reason for which Millrace refuses data. The id is the same in the answer to the sender, the metric label, the
 * ledger, the log and the heading in {@code docs/runbook.md}; it never changes once released.
 */
public enum RejectReason {
    UNAUTHENTICATED("millrace-unauthenticated", 401, false, "use the id and secret of an enabled AccessKey"),
    FORBIDDEN("millrace-forbidden", 403, false, "give the user of this AccessKey the write policy on the instance"),
    UNKNOWN_INSTANCE("millrace-unknown-instance", 404, false, "copy the remote write address of the instance"),
    BODY_TOO_LARGE("millrace-body-too-large", 413, false, "lower max_samples_per_send in queue_config"),
    UNSUPPORTED_MEDIA_TYPE(
            "millrace-unsupported-media-type", 415, false, "send application/x-protobuf compressed with snappy"),
    BAD_SNAPPY("millrace-bad-snappy", 400, false, "send the body in the snappy block format"),
    BAD_PROTOBUF("millrace-bad-protobuf", 400, false, "send a prometheus.WriteRequest message"),
    MISSING_METRIC_NAME("millrace-missing-metric-name", 400, false, "give every series a __name__ label"),
    INVALID_LABEL("millrace-invalid-label", 400, false, "label names and values must be non-empty UTF-8"),
    DUPLICATE_LABEL("millrace-duplicate-label", 400, false, "a label name may appear once in a series"),
    TOO_MANY_LABELS("millrace-too-many-labels", 400, false, "drop labels with write_relabel_configs"),
    LABEL_NAME_TOO_LONG("millrace-label-name-too-long", 400, false, "shorten the label name"),
    LABEL_VALUE_TOO_LONG("millrace-label-value-too-long", 400, false, "shorten the label value"),
    LABELS_TOO_LARGE("millrace-labels-too-large", 400, false, "drop labels with write_relabel_configs"),
    INVALID_SYMBOL("millrace-invalid-symbol-reference", 400, false, "the sender's symbols table is broken"),
    NO_SAMPLES("millrace-no-samples", 400, false, "a series needs a sample, a histogram or an exemplar"),
    TOO_FAR_IN_FUTURE("millrace-too-far-in-future", 400, false, "check the sender's clock"),
    TOO_OLD("millrace-too-old", 400, false, "samples older than the past window of the instance are not stored"),
    INVALID_HISTOGRAM("millrace-invalid-histogram", 400, false, "the histogram's counts and buckets do not agree"),
    RATE_LIMITED(
            "millrace-rate-limited", 429, true, "set retry_on_http_429 in queue_config, or ask for a higher limit"),
    MAX_ACTIVE_SERIES(
            "millrace-max-active-series", 429, false, "remove labels with many values, or ask for a higher limit"),
    MAX_SERIES_PER_METRIC(
            "millrace-max-series-per-metric",
            429,
            false,
            "remove labels with many values from this metric, or ask for a higher limit"),
    MAX_NEW_SERIES(
            "millrace-max-new-series",
            429,
            false,
            "look for a label whose values change all the time, or ask for a higher limit"),
    MAX_HA_CLUSTERS(
            "millrace-max-ha-clusters", 400, false, "check the cluster label of the instance's replicas setting"),
    MAX_HISTOGRAM_BUCKETS(
            "millrace-max-histogram-buckets",
            400,
            false,
            "use fewer custom buckets, or a smaller native_histogram_bucket_limit in the scrape configuration"),
    MAX_EXEMPLARS("millrace-max-exemplars", 429, false, "send fewer exemplars, or ask for a higher limit"),
    MAX_METADATA("millrace-max-metadata", 400, false, "drop metrics that are not used, or ask for a higher limit"),
    SERIES_ID_COLLISION("millrace-series-id-collision", 400, false, "report it: two label sets have the same hash"),
    UNREADABLE_RECORD("millrace-unreadable-record", 500, false, "see the quarantine topic"),
    UNAVAILABLE("millrace-unavailable", 503, true, "nothing to do: senders retry by themselves");

    private final String id;
    private final int status;
    private final boolean retryable;
    private final String remedy;

    RejectReason(String id, int status, boolean retryable, String remedy) {
        this.id = id;
        this.status = status;
        this.retryable = retryable;
        this.remedy = remedy;
    }

    /** The stable id, such as {@code millrace-max-active-series}. */
    public String id() {
        return id;
    }

    /** The HTTP status the gateway answers with. */
    public int status() {
        return status;
    }

    /** Whether the same request can succeed later. */
    public boolean retryable() {
        return retryable;
    }

    /** What the sender can do about it, a phrase without a full stop. */
    public String remedy() {
        return remedy;
    }

    /** The value of the metric label {@code reason}: the id without its prefix, {@code max-active-series}. */
    public String metricLabel() {
        return id.substring("millrace-".length());
    }
}
