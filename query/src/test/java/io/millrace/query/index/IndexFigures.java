package io.millrace.query.index;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import io.millrace.promql.storage.Matcher;
import io.millrace.promql.storage.Matcher.Type;
import io.millrace.wire.labels.CanonicalLabels;
import java.util.List;

/**
 * Prints what the index takes and how fast it is; not a test. {@code java -cp target/test-classes:target/classes:... }
 * {@code io.millrace.query.index.IndexFigures 1000000}
 */
public final class IndexFigures {
    private IndexFigures() {}

    public static void main(String[] arguments) {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        byte[][] labels = new byte[count][];
        SeriesId[] ids = new SeriesId[count];
        for (int i = 0; i < count; i++) {
            // 100 metrics × count/100 targets, 10 labels, two of them different for each target
            int target = i / 100;
            labels[i] = CanonicalLabels.encode(Labels.of(
                    "__name__", "metric_number_" + i % 100,
                    "job", "job-" + target % 20,
                    "instance", "10.0." + target / 250 + "." + target % 250 + ":9100",
                    "pod", "pod-" + Integer.toHexString(target * 2_654_435) + "-x",
                    "namespace", "ns-" + target % 50,
                    "cluster", "eu-1",
                    "region", "eu",
                    "container", "c" + target % 10,
                    "node", "node-" + target % 500,
                    "code", "" + (200 + i % 5)));
            ids[i] = CanonicalLabels.id(labels[i], 0, labels[i].length);
        }
        long before = used();
        TenantIndex index = new TenantIndex(() -> 0);
        index.coverFrom(0);
        long began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            index.announce(1, ids[i].high(), ids[i].low(), labels[i]);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf("new series: %.0f/s, %d bytes of heap each%n", count / seconds, (used() - before) / count);
        began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            index.announce(2, ids[i].high(), ids[i].low(), labels[i]);
        }
        System.out.printf("known series on a new day: %.0f/s%n", count / ((System.nanoTime() - began) / 1e9));
        time(index, "metric =", Matcher.of(Type.EQ, "__name__", "metric_number_7"));
        time(
                index,
                "metric = and job =",
                Matcher.of(Type.EQ, "__name__", "metric_number_7"),
                Matcher.of(Type.EQ, "job", "job-3"));
        time(
                index,
                "metric = and instance =~",
                Matcher.of(Type.EQ, "__name__", "metric_number_7"),
                Matcher.of(Type.RE, "instance", "10\\.0\\.[0-9]+\\.1.:9100"));
        time(index, "instance =~ alone", Matcher.of(Type.RE, "instance", "10\\.0\\.[0-9]+\\.1.:9100"));
        time(index, "all", Matcher.of(Type.NEQ, "__name__", ""));
        long names = System.nanoTime();
        int values = index.labelValues("pod", List.of(), 1, 2).size();
        System.out.printf("values of a label (%d): %.1f ms%n", values, (System.nanoTime() - names) / 1e6);
    }

    private static void time(TenantIndex index, String what, Matcher... matchers) {
        double best = Double.MAX_VALUE;
        int found = 0;
        for (int i = 0; i < 10; i++) {
            long began = System.nanoTime();
            found = index.select(List.of(matchers), 1, 2).size();
            best = Math.min(best, (System.nanoTime() - began) / 1e6);
        }
        System.out.printf("%s: %d series in %.2f ms%n", what, found, best);
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
