package io.millrace.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Series whose labels are nearly those of the series before, as a scrape has them: the decoder does not look at what is the
 * same, and the batches tell only what is different. Whatever changes from one series to the next, all come out right.
 */
class SuccessiveSeriesPropertiesTest {
    private static final int SERIES = 40;

    @Property(tries = 1000)
    void decodesSeriesThatAreAlike(@ForAll long seed, @ForAll MessageType type) {
        // given
        Random random = new Random(seed);
        TestRequest request = new TestRequest();
        Map<Labels, List<Received.Item>> expected = new HashMap<>();
        TreeMap<String, String> labels = new TreeMap<>(Map.of("__name__", "up", "instance", "10.1.2.3:9100"));
        int refused = 0;
        for (int i = 0; i < SERIES; i++) {
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                change(labels, random);
            }
            List<String> sent = sent(labels, random);
            request.series.add(TestRequest.sample(i, Received.NOW - i, sent.toArray(String[]::new)));
            if (labels.getOrDefault("__name__", "").isEmpty()) {
                refused++;
            } else {
                expected.computeIfAbsent(Labels.of(labels), absent -> new ArrayList<>())
                        .add(Received.Sample.of(i, Received.NOW - i));
            }
        }

        // when
        Received received = Received.decode(type, request.encode(type));

        // then
        assertThat(received.series).isEqualTo(expected);
        assertThat(received.summary.samples()).isEqualTo(SERIES - refused);
    }

    @Property(tries = 500)
    void decodesSeriesThatDifferAgainAndAgainInTheSameLabels(@ForAll long seed) {
        // given
        Random random = new Random(seed);
        TestRequest request = new TestRequest();
        Map<Labels, List<Received.Item>> expected = new HashMap<>();
        TreeMap<String, String> labels = new TreeMap<>(Map.of("__name__", "up", "job", "node", "z", "x".repeat(200)));
        List<String> changing = List.of(name(random), name(random));
        for (int i = 0; i < SERIES; i++) {
            changing.forEach(name -> labels.put(name, random.nextInt(20) == 0 ? value(random) : shortValue(random)));
            if (random.nextInt(20) == 0) {
                change(labels, random);
                labels.put("__name__", "up");
            }
            request.series.add(
                    TestRequest.sample(i, Received.NOW - i, sent(labels, random).toArray(String[]::new)));
            expected.computeIfAbsent(Labels.of(labels), absent -> new ArrayList<>())
                    .add(Received.Sample.of(i, Received.NOW - i));
        }

        // when
        Received received = Received.decode(MessageType.WRITE_REQUEST_V1, request.encode(MessageType.WRITE_REQUEST_V1));

        // then
        assertThat(received.series).isEqualTo(expected);
        assertThat(received.summary.samples()).isEqualTo(SERIES);
    }

    private static String shortValue(Random random) {
        String value = Integer.toString(random.nextInt(200_000));
        return random.nextInt(4) == 0 ? "handler/" + value : value;
    }

    private static void change(TreeMap<String, String> labels, Random random) {
        String name = name(random);
        switch (random.nextInt(8)) {
            case 0 -> labels.remove(name);
            case 1 -> labels.put(name, "");
            case 2 -> labels.put("__name__", random.nextInt(10) == 0 ? "" : value(random));
            default -> labels.put(name, value(random));
        }
    }

    private static String name(Random random) {
        String[] names = {"A", "handler", "instance", "job", "le", "le_much_longer_than_others", "z", "größe"};
        return names[random.nextInt(names.length)];
    }

    private static String value(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> "10.1.2." + random.nextInt(200) + ":9100";
            case 1 -> "x".repeat(1 + random.nextInt(300));
            case 2 -> "x".repeat(125 + random.nextInt(5));
            case 3 -> "wert ü " + random.nextInt(5);
            case 4 -> "€".repeat(1 + random.nextInt(60));
            default -> Integer.toString(random.nextInt(2000));
        };
    }

    /** Mostly as Prometheus sends them; others do not sort, or send empty values. */
    private static List<String> sent(TreeMap<String, String> labels, Random random) {
        List<Map.Entry<String, String>> entries = new ArrayList<>(labels.entrySet());
        switch (random.nextInt(12)) {
            case 0 -> Collections.shuffle(entries, random);
            case 1 -> Collections.reverse(entries);
            case 2 -> {}
            default -> entries.removeIf(entry -> entry.getValue().isEmpty());
        }
        List<String> sent = new ArrayList<>();
        entries.forEach(entry -> Collections.addAll(sent, entry.getKey(), entry.getValue()));
        return sent;
    }
}
