package io.millrace.query.api;

import io.millrace.model.Labels;
import io.millrace.model.SampleColumns;
import io.millrace.promql.format.GoFloat;
import io.millrace.promql.storage.Matcher;
import io.millrace.promql.storage.Selection;
import io.millrace.promql.storage.SeriesSet;
import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.ApiRequest;
import io.millrace.query.http.LoneSurrogates;
import io.millrace.query.read.QueryScope;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** {@code federate}: the newest sample of each matching series, as a target that Prometheus scrapes. Floats only. */
public final class FederateEndpoint {
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String INSTANCE = "instance";
    private static final Pattern PLAIN_METRIC = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern PLAIN_LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private static final Comparator<Labels> BY_METRIC =
            Comparator.comparing(Labels::metricName, Labels::compareUtf8).thenComparing(Comparator.naturalOrder());

    private final PromqlAccess access;
    private final QueryMeters meters;

    public FederateEndpoint(PromqlAccess access, QueryMeters meters) {
        this.access = access;
        this.meters = meters;
    }

    private record Newest(long timestampMs, double value) {}

    /** {@code match[]}; nothing is asked for without any. */
    public ApiAnswer federate(ApiRequest request) {
        List<List<Matcher>> selectors = access.matchers(request);
        long now = access.clockMs().getAsLong();
        long from = now - access.engine().options().lookback().toMillis() + 1;
        QueryScope scope = access.scope(request);
        Map<Labels, Newest> newest = new TreeMap<>(BY_METRIC);
        for (List<Matcher> selector : selectors) {
            Selection selection = new Selection(selector, from, now, Selection.Hints.NONE);
            try (SeriesSet series = access.source().queryable(scope).select(selection)) {
                while (series.next()) {
                    SampleColumns samples = series.samples();
                    int last = samples.size() - 1;
                    if (last >= 0 && samples.histogram(last) == null && !samples.isStale(last)) {
                        newest.put(series.labels(), new Newest(samples.timestamp(last), samples.value(last)));
                    }
                }
            }
        }
        meters.read(scope);
        return new ApiAnswer.Raw(200, CONTENT_TYPE, Map.of(), true, out -> {
            StringBuilder text = new StringBuilder();
            String metric = null;
            for (Map.Entry<Labels, Newest> entry : newest.entrySet()) {
                text.setLength(0);
                String name = entry.getKey().metricName();
                if (!name.equals(metric)) {
                    metric = name;
                    text.append("# TYPE ").append(name(name)).append(" untyped\n");
                }
                line(text, entry.getKey(), entry.getValue());
                out.write(LoneSurrogates.replace(text.toString()).getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    private static String name(String metric) {
        return PLAIN_METRIC.matcher(metric).matches() ? metric : quoted(metric);
    }

    private static void line(StringBuilder text, Labels labels, Newest sample) {
        String metric = labels.metricName();
        boolean plain = PLAIN_METRIC.matcher(metric).matches();
        text.append(plain ? metric : "");
        StringBuilder inner = new StringBuilder(plain ? "" : quoted(metric));
        labels.forEach((name, value) -> {
            if (!name.equals(Labels.METRIC_NAME)) {
                inner.append(inner.isEmpty() ? "" : ",");
                inner.append(PLAIN_LABEL.matcher(name).matches() ? name : quoted(name));
                inner.append('=').append(quoted(value));
            }
        });
        if (labels.get(INSTANCE) == null) {
            // Else a Prometheus that scrapes this would put its own label there.
            inner.append(inner.isEmpty() ? "" : ",").append(INSTANCE).append("=\"\"");
        }
        text.append('{').append(inner).append('}');
        text.append(' ').append(GoFloat.formatG(sample.value()));
        text.append(' ').append(sample.timestampMs()).append('\n');
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"") + '"';
    }
}
