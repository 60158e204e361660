package io.millrace.gateway.http;

import io.millrace.wire.remotewrite.Refusals;
import io.millrace.wire.remotewrite.Refusals.Refusal;
import io.millrace.wire.remotewrite.WriteSummary;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The text of a 400 after which a part was kept. Senders log the first 1,024 bytes only, so that the first line says how
 * many of how many were refused and why, and a line for each reason follows, the most frequent first:
 *
 * <pre>
 * 3 of 1000 samples refused, the rest is kept: millrace-too-old 2, millrace-duplicate-label 1
 * millrace-too-old: 2, first up{job="x"}: timestamp 12 ms ...: samples older than ... are not stored
 * </pre>
 */
final class RefusalText {
    private RefusalText() {}

    static String of(WriteSummary summary) {
        List<Refusal> refusals = summary.refusals().list().stream()
                .sorted(Comparator.comparingLong(Refusal::total).reversed())
                .toList();
        StringBuilder text = new StringBuilder(headline(summary));
        text.append(refusals.stream()
                .map(refusal -> refusal.reason().id() + " " + refusal.total())
                .collect(Collectors.joining(", ")));
        for (Refusal refusal : refusals) {
            text.append('\n').append(refusal.reason().id()).append(": ").append(refusal.total());
            if (!refusal.example().isEmpty()) {
                text.append(", first ").append(refusal.example());
            }
            text.append(": ")
                    .append(refusal.detail())
                    .append("; ")
                    .append(refusal.reason().remedy());
        }
        return text.toString();
    }

    private static String headline(WriteSummary summary) {
        Refusals refusals = summary.refusals();
        StringBuilder line = new StringBuilder();
        long samples = (long) refusals.samples() + refusals.histograms();
        if (samples > 0) {
            line.append(samples)
                    .append(" of ")
                    .append(summary.samplesInRequest())
                    .append(" samples");
        }
        if (refusals.exemplars() > 0) {
            line.append(line.isEmpty() ? "" : ", ")
                    .append(refusals.exemplars())
                    .append(" of ")
                    .append((long) summary.exemplars() + refusals.exemplars())
                    .append(" exemplars");
        }
        if (refusals.others() > 0) {
            line.append(line.isEmpty() ? "" : ", ")
                    .append(refusals.others())
                    .append(" series without samples or metadata entries");
        }
        boolean kept = summary.samples() + summary.histograms() + summary.exemplars() + summary.metadata() > 0;
        return line.append(kept ? " refused, the rest is kept: " : " refused: ").toString();
    }
}
