package io.millrace.query.differential;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Queries of every kind people write, over {@link DemoSeries}. A word in {@code <>} stands for each of its variants in
 * turn.
 */
final class Templates {
    private static final Map<String, List<String>> VARIANTS = Map.ofEntries(
            Map.entry("range", List.of("15s", "1m", "5m", "15m", "1h")),
            Map.entry("offset", List.of("1m", "5m", "10m")),
            Map.entry("aggregation", List.of("sum", "avg", "max", "min", "count", "stddev", "stdvar", "group")),
            Map.entry("ranking", List.of("topk", "bottomk")),
            Map.entry("quantile", List.of("-0.5", "0.1", "0.5", "0.75", "0.95", "1", "1.1")),
            Map.entry("arithmetic", List.of("+", "-", "*", "/", "%", "^", "atan2")),
            Map.entry("comparison", List.of("==", "!=", "<", ">", "<=", ">=")),
            Map.entry("set", List.of("and", "or", "unless")),
            Map.entry(
                    "math",
                    List.of(
                            "abs", "ceil", "floor", "exp", "sqrt", "ln", "log2", "log10", "sgn", "round", "sin", "cos",
                            "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "deg",
                            "rad")),
            Map.entry(
                    "clock",
                    List.of(
                            "minute",
                            "hour",
                            "month",
                            "year",
                            "day_of_month",
                            "day_of_week",
                            "day_of_year",
                            "days_in_month")),
            Map.entry(
                    "over",
                    List.of("sum", "avg", "max", "min", "count", "stddev", "stdvar", "last", "present", "absent")),
            Map.entry("counter", List.of("rate", "increase", "irate", "resets", "changes")),
            Map.entry("trend", List.of("delta", "idelta", "deriv")),
            Map.entry("sorting", List.of("sort", "sort_desc")));

    private static final List<String> TEXTS = List.of(
            // literals and scalars
            "42",
            "1.234",
            ".123",
            "1.23e-3",
            "0x3d",
            "Inf",
            "+Inf",
            "-Inf",
            "NaN",
            "pi()",
            "time()",
            "vector(time())",
            "-(3 ^ 2)",
            "2 ^ 3 ^ 2",
            "scalar(demo_temperature_celsius{floor=\"1\"})",
            "scalar(demo_queue_depth)",
            "1 <arithmetic> 2",
            "1 <comparison> bool 2",
            "NaN <comparison> bool NaN",
            // selectors
            "demo_queue_depth",
            "{__name__=\"demo_queue_depth\"}",
            "{__name__=~\"demo_(queue|bal).*\"}",
            "demo_queue_depth{job=\"api\"}",
            "demo_queue_depth{job!=\"api\"}",
            "demo_queue_depth{instance=~\"web-.:8080\"}",
            "demo_queue_depth{instance!~\".*-[12]:8080\"}",
            "demo_requests_total{code=~\"4..|5..\",job=\"web\"}",
            "demo_requests_total{absent=\"\"}",
            "demo_requests_total{code!=\"\"}",
            "demo_queue_depth{job=~\"a.+\",instance!=\"api-0:8080\"}",
            "demo_temperature_celsius{room=\"caf\u00e9\"}",
            "demo_temperature_celsius{room=~\"hall \\\"b\\\"\"}",
            "nothing",
            "demo_queue_depth offset <offset>",
            "demo_queue_depth offset -<offset>",
            "demo_gappy",
            "demo_stale",
            "demo_shortlived",
            "demo_sparse_total",
            "demo_special",
            "demo_queue_depth @ end()",
            "demo_queue_depth @ start()",
            "demo_queue_depth @ start() offset <offset>",
            "sum_over_time(demo_queue_depth[5m] @ end())",
            // unary
            "-demo_queue_depth",
            "+demo_queue_depth",
            "-demo_special",
            // aggregation
            "<aggregation>(demo_queue_depth)",
            "<aggregation>(nothing)",
            "<aggregation> by () (demo_requests_total)",
            "<aggregation> by (job) (demo_requests_total)",
            "<aggregation> by (job, code) (demo_requests_total)",
            "<aggregation> by (nothing) (demo_requests_total)",
            "<aggregation> without (instance) (demo_requests_total)",
            "<aggregation> without () (demo_steps)",
            "<aggregation> without (instance, code) (demo_requests_total)",
            "<aggregation> by (kind) (demo_special)",
            "<aggregation> (demo_gappy)",
            "<aggregation> (demo_stale)",
            "max(demo_special)",
            "min(demo_special)",
            "count(demo_special)",
            "sum(demo_special{kind!~\".*nan|.*inf\"})",
            "<ranking>(3, demo_requests_total)",
            "<ranking>(1, demo_requests_total) by (job)",
            "<ranking> by (job, code) (2, demo_requests_total)",
            "<ranking> without (instance) (1, demo_requests_total)",
            "<ranking>(0, demo_requests_total)",
            "<ranking>(100, demo_queue_depth)",
            "quantile(<quantile>, demo_queue_depth)",
            "quantile by (job) (<quantile>, demo_requests_total)",
            "count_values(\"value\", demo_build_info)",
            "count_values by (parity) (\"value\", demo_steps)",
            "count_values without (ordinal) (\"value\", demo_steps)",
            "<aggregation>(<aggregation> by (job) (demo_balance))",
            // arithmetic and comparison
            "demo_balance <arithmetic> 1.5",
            "2.5 <arithmetic> demo_balance",
            "demo_balance <arithmetic> demo_balance",
            "demo_special <arithmetic> 2",
            "demo_special <arithmetic> demo_special",
            "demo_balance <comparison> 1.5",
            "10 <comparison> demo_queue_depth",
            "demo_balance <comparison> bool 1.5",
            "10 <comparison> bool demo_queue_depth",
            "demo_special <comparison> 0",
            "demo_steps <comparison> 3",
            "demo_special <comparison> bool 0",
            "demo_queue_depth <comparison> on (job, instance) demo_up * 20",
            "demo_queue_depth <comparison> bool on (job, instance) demo_up * 20",
            "demo_requests_total{code=\"200\"} <arithmetic> ignoring (code) demo_requests_total{code=\"500\"}",
            "demo_requests_total{code=\"200\"} <arithmetic> on (job, instance) demo_requests_total{code=\"404\"}",
            "demo_requests_total <arithmetic> on (job, instance) group_left demo_up",
            "demo_up <arithmetic> on (job, instance) group_right demo_requests_total",
            "demo_requests_total * on (job, instance) group_left (version) demo_build_info",
            "demo_requests_total * on (job, instance) group_left (version, branch, nothing) demo_build_info",
            "demo_build_info * on (job, instance) group_right (version) demo_requests_total",
            "demo_requests_total / ignoring (code) group_left sum without (code) (demo_requests_total)",
            "demo_requests_total / on (instance) group_left demo_queue_depth",
            "demo_requests_total + on (job) demo_queue_depth",
            "demo_requests_total{code=\"200\"} * on (job) group_left demo_queue_depth",
            "demo_queue_depth <set> demo_queue_depth{job=\"api\"}",
            "demo_requests_total <set> on (job, instance) demo_balance{zone=\"a\"}",
            "demo_requests_total <set> ignoring (code) demo_balance",
            "demo_queue_depth <set> on () vector(1)",
            "demo_queue_depth > 20 <set> demo_queue_depth < 25",
            "demo_queue_depth <set> nothing",
            "nothing <set> demo_queue_depth",
            "1 * 2 + 4 / 6 - 10 % 2 ^ 2",
            "demo_queue_depth + demo_queue_depth * demo_queue_depth ^ 2 unless demo_balance",
            // functions of instant vectors
            "<math>(demo_balance)",
            "<math>(-demo_balance / 50)",
            "<math>(demo_special)",
            "<clock>()",
            "<clock>(demo_last_success_timestamp_seconds)",
            "<clock>(vector(1.7e9))",
            "timestamp(demo_queue_depth)",
            "timestamp(demo_gappy offset 1m)",
            "timestamp(timestamp(demo_queue_depth))",
            "time() - demo_last_success_timestamp_seconds",
            "round(demo_balance, 0.5)",
            "round(demo_balance, -7)",
            "round(demo_special, 10)",
            "clamp(demo_balance, -10, 20)",
            "clamp(demo_balance, 20, -10)",
            "clamp_min(demo_balance, 2)",
            "clamp_max(demo_balance, 2)",
            "clamp_min(demo_special, 1)",
            "<sorting>(demo_queue_depth)",
            "absent(demo_queue_depth)",
            "absent(nothing)",
            "absent(nothing{job=\"x\",instance=~\"y\",z=\"\"})",
            "absent(sum(nothing))",
            "absent(demo_shortlived{series=\"s0\"})",
            "label_replace(demo_queue_depth, \"host\", \"$1\", \"instance\", \"(.*):.*\")",
            "label_replace(demo_queue_depth, \"job\", \"x-${1}\", \"job\", \"(a).*\")",
            "label_replace(demo_queue_depth, \"host\", \"all\", \"instance\", \"nomatch\")",
            "label_replace(demo_queue_depth, \"instance\", \"\", \"instance\", \".*\")",
            "label_replace(demo_queue_depth, \"~invalid\", \"$1\", \"instance\", \"(.*)\")",
            "label_replace(demo_queue_depth, \"host\", \"$1\", \"instance\", \"(.*\")",
            "label_join(demo_queue_depth, \"both\", \"-\", \"job\", \"instance\")",
            "label_join(demo_queue_depth, \"job\", \"\", \"nothing\")",
            "label_join(demo_queue_depth, \"instance\", \"-\")",
            "label_join(demo_queue_depth, \"__name__\", \"_\", \"__name__\", \"job\")",
            // functions of range vectors
            "<over>_over_time(demo_balance[<range>])",
            "<over>_over_time(demo_gappy[<range>])",
            "<over>_over_time(demo_special[5m])",
            "<over>_over_time(demo_stale[2m])",
            "quantile_over_time(<quantile>, demo_balance[<range>])",
            "quantile_over_time(0.5, demo_special[5m])",
            "<counter>(demo_cpu_seconds_total[<range>])",
            "<counter>(demo_sparse_total[<range>])",
            "<counter>(demo_balance[5m])",
            "<counter>(demo_shortlived[5m])",
            "<trend>(demo_balance[<range>])",
            "<trend>(demo_gappy[<range>])",
            "<trend>(demo_special[5m])",
            "predict_linear(demo_balance[<range>], 600)",
            "predict_linear(demo_balance[5m], -3600)",
            "rate(demo_requests_total[5m] offset <offset>)",
            "rate(demo_requests_total[5m] offset -<offset>)",
            "<aggregation> by (job) (rate(demo_requests_total[5m]))",
            "absent_over_time(nothing[5m])",
            "absent_over_time(demo_shortlived{series=\"s3\"}[5m])",
            "rate(demo_latency_seconds_sum[5m]) / rate(demo_latency_seconds_count[5m])",
            "sum by (job) (rate(demo_requests_total{code=~\"5..\"}[5m])) / sum by (job) (rate(demo_requests_total[5m]))",
            // histograms
            "histogram_quantile(<quantile>, rate(demo_latency_seconds_bucket[5m]))",
            "histogram_quantile(<quantile>, sum by (job, le) (rate(demo_latency_seconds_bucket[1m])))",
            "histogram_quantile(0.9, sum by (le) (demo_latency_seconds_bucket))",
            "histogram_quantile(0.9, demo_latency_seconds_bucket{le!=\"+Inf\"})",
            "histogram_quantile(0.9, demo_queue_depth)",
            "histogram_quantile(0.9, {__name__=~\"demo_latency_seconds_.*\"})",
            // subqueries
            "max_over_time(rate(demo_requests_total[1m])[10m:1m])",
            "<over>_over_time(sum(demo_queue_depth)[15m:30s])",
            "avg_over_time(demo_queue_depth[10m:])",
            "<trend>(sum by (job) (demo_balance)[20m:2m])",
            "rate(demo_cpu_seconds_total[10m:15s])",
            "max_over_time(demo_queue_depth[10m:1m] offset 5m)",
            "max_over_time((time() - demo_last_success_timestamp_seconds)[30m:1m])",
            "quantile_over_time(0.9, max(demo_queue_depth)[30m:1m])",
            "sum_over_time((demo_queue_depth > 20)[10m:30s])",
            // what must be refused
            "demo_queue_depth[5m]",
            "sum(demo_queue_depth[5m])",
            "rate(demo_queue_depth)",
            "demo_queue_depth{",
            "sum by (job (demo_queue_depth)",
            "1 == 2",
            "demo_queue_depth and 1",
            "nosuchfunction(demo_queue_depth)",
            "{job=~\".*\"}",
            "demo_queue_depth{job=~\"(\"}",
            "\"text\"");

    private Templates() {}

    /** All queries, each once. */
    static List<String> queries() {
        Set<String> all = new LinkedHashSet<>();
        TEXTS.forEach(text -> expand(text, all));
        return new ArrayList<>(all);
    }

    private static void expand(String text, Set<String> all) {
        int open = text.indexOf('<');
        while (open >= 0) {
            int close = text.indexOf('>', open);
            List<String> variants = close < 0 ? null : VARIANTS.get(text.substring(open + 1, close));
            if (variants != null) {
                String before = text.substring(0, open);
                String after = text.substring(close + 1);
                variants.forEach(variant -> expand(before + variant + after, all));
                return;
            }
            open = text.indexOf('<', open + 1);
        }
        all.add(text);
    }
}
