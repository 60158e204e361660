package io.millrace.torture;

import io.millrace.model.Labels;
import io.millrace.testkit.generator.Behaviour;
import io.millrace.testkit.generator.GeneratedSeries;
import io.millrace.testkit.generator.MachineTarget;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import java.util.ArrayList;
import java.util.List;

/**
 * The series of one sender at any time, and their values: a pure function of the sender's number and the time. Most are
 * those of a machine; a tenth are of a generation that lasts twenty seconds, so that there are new series all the time.
 * Immutable.
 */
final class SenderSeries {
    private static final long GENERATION_MS = 20_000;

    private final int number;
    private final int newSeries;
    private final List<GeneratedSeries> lasting;

    SenderSeries(int number, int count) {
        this.number = number;
        this.newSeries = Math.max(1, count / 10);
        List<GeneratedSeries> all = new MachineTarget(number).series();
        // spread over the whole machine, so that all kinds of values are among them
        List<GeneratedSeries> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chosen.add(all.get((int) ((long) i * all.size() / count)));
        }
        this.lasting = List.copyOf(chosen);
    }

    /** Matches all series of this sender, and no others. */
    String selector() {
        return "{instance=\"" + instance() + "\"}";
    }

    private String instance() {
        return "machine-" + number + ":9100";
    }

    List<GeneratedSeries> at(long timestampMs) {
        List<GeneratedSeries> all = new ArrayList<>(lasting);
        long generation = Math.floorDiv(timestampMs, GENERATION_MS);
        for (int i = 0; i < newSeries; i++) {
            Labels labels = Labels.of(
                    Labels.METRIC_NAME,
                    "short_lived",
                    "generation",
                    Long.toString(generation),
                    "instance",
                    instance(),
                    "number",
                    Integer.toString(i));
            all.add(new GeneratedSeries(labels, Behaviour.NOISE, generation * 31 + i));
        }
        return all;
    }

    /** One sample of each. */
    RemoteWriteRequest request(long timestampMs) {
        return RemoteWriteRequest.of(at(timestampMs).stream()
                .map(one -> WriteSeries.of(one.labels()).sample(timestampMs, one.valueAt(timestampMs)))
                .toList());
    }
}
