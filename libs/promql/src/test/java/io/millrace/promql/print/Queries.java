package io.millrace.promql.print;

import java.util.List;

/** Queries of many kinds, as seeds of tests. */
public final class Queries {
    public static final List<String> ALL = List.of(
            "1 + 2 * -3 ^ 4 % 5",
            "\"text\\t\\\"\"",
            "up{job=~\"a|b\", instance!=\"x\"} offset 5m @ 1234.5",
            "{\"http.requests\", \"status code\"=\"200\"}",
            "sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m])) / sum by (job) (rate(http_requests_total[5m]))",
            "histogram_quantile(0.99, sum by (le, job) (rate(request_duration_seconds_bucket[5m])))",
            "max_over_time(deriv(rate(distance_covered_total[5s])[30s:5s])[10m:])",
            "topk(3, sum without (instance) (a)) and on (job) b unless ignoring (x) c or d",
            "a * on (instance) group_left (version) node_info",
            "a == bool 1",
            "label_replace(up, \"dst\", \"$1-${2}\", \"src\", \"(.*)-(.*)\")",
            "count_values(\"version\", build_version)",
            "quantile_over_time(0.9, a[1h] @ end()) > 0.5",
            "a[step() * 2] offset (range() / 2)",
            "avg_over_time(a[min_of(step(), 5m) + 1s:max_of(step(), 1m)])",
            "absent(a{b=\"c\"})",
            "rate(a[5m] smoothed) + fill_left (0) fill_right (-1) b",
            "increase(a[1h] anchored offset 1d)",
            "info(a, {data=~\".+\"})",
            "limit_ratio(0.5, a)",
            "-a offset -1h + +b",
            "a </ 5 >/ 1",
            "vector(time()) > 0x1f or vector(pi())",
            "sort_by_label_desc(a, \"x\", \"y\")",
            "(((a)))",
            "a atan2 b",
            "sum(a) by (b) + avg(c) without (d, e)",
            "1h30m + 5",
            "start() + end() - range() / step()",
            "very_long_metric_name_number_one{label_one=\"value one\", label_two=\"value two\"} + on (label_one)"
                    + " very_long_metric_name_number_two{label_one=\"value one\", label_two=\"value two\"}");

    private Queries() {}
}
