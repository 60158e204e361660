package io.millrace.testkit.compliance;

import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * One request, made for a time in ms since the epoch.
 *
 * @param good series that must be kept
 * @param bad series that must be refused, every item of them
 */
public record ComplianceCase(
        String name, LongFunction<List<ComplianceSeries>> good, LongFunction<List<ComplianceSeries>> bad) {

    /** A case at a time. */
    public Request at(long timeMs) {
        return new Request(good.apply(timeMs), bad.apply(timeMs));
    }

    /** The series of a case at a time. */
    public record Request(List<ComplianceSeries> good, List<ComplianceSeries> bad) {
        /** What is sent: the bad series stand in the middle of the good ones. */
        public RemoteWriteRequest message() {
            List<ComplianceSeries> all = new ArrayList<>(good);
            all.addAll(all.size() / 2, bad);
            return RemoteWriteRequest.of(
                    all.stream().map(ComplianceSeries::toWrite).toList());
        }

        /** 204 when all is good, else 400. */
        public int status() {
            return bad.isEmpty() ? 204 : 400;
        }

        /** What the three Written headers must say, as {@code samples/histograms/exemplars}. */
        public String written() {
            return good.stream().mapToInt(series -> series.samples().size()).sum() + "/"
                    + good.stream()
                            .mapToInt(series -> series.histograms().size())
                            .sum() + "/"
                    + good.stream()
                            .mapToInt(series -> series.exemplars().size())
                            .sum();
        }

        /** Samples and histograms that must be refused. */
        public long refused() {
            return items(bad);
        }

        /** Samples and histograms in the request. */
        public long sent() {
            return items(good) + items(bad);
        }

        private static long items(List<ComplianceSeries> all) {
            return all.stream()
                    .mapToLong(series ->
                            series.samples().size() + series.histograms().size())
                    .sum();
        }
    }
}
