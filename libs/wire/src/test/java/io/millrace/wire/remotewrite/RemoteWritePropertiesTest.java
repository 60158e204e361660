package io.millrace.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.wire.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

class RemoteWritePropertiesTest {
    private static final int MUTATIONS_PER_TRY = 100;

    /** Any request our encoder can make decodes to the same series, samples and exemplars. */
    @Property(tries = 500)
    void decodesWhatWasEncoded(@ForAll("requests") TestRequest request, @ForAll MessageType type) {
        assertDecodes(request, type);
    }

    /** The same, with labels in the order in which Prometheus sends them, which the decoder reads another way. */
    @Property(tries = 500)
    void decodesWhatWasEncodedInOrder(@ForAll("requests") TestRequest request, @ForAll MessageType type) {
        assertDecodes(
                TestRequest.of(request.series.stream()
                        .map(RemoteWritePropertiesTest::sorted)
                        .toArray(TestRequest.Series[]::new)),
                type);
    }

    private static TestRequest.Series sorted(TestRequest.Series series) {
        TreeMap<String, String> labels =
                new TreeMap<>((left, right) -> Arrays.compareUnsigned(bytes(left), bytes(right)));
        for (int i = 0; i < series.labels().size(); i += 2) {
            labels.put(series.labels().get(i), series.labels().get(i + 1));
        }
        List<String> inOrder = new ArrayList<>();
        labels.forEach((name, value) -> {
            if (!value.isEmpty()) {
                inOrder.add(name);
                inOrder.add(value);
            }
        });
        return new TestRequest.Series(
                inOrder,
                series.samples(),
                series.histograms(),
                series.exemplars(),
                series.metadata(),
                series.created());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertDecodes(TestRequest request, MessageType type) {
        Map<Labels, List<Received.Item>> expected = new HashMap<>();
        for (TestRequest.Series series : request.series) {
            List<Received.Item> items = expected.computeIfAbsent(
                    Labels.of(series.labels().toArray(String[]::new)), absent -> new ArrayList<>());
            for (TestRequest.Sample sample : series.samples()) {
                items.add(new Received.Sample(
                        sample.timestamp(),
                        type == MessageType.REQUEST_V2 ? sample.start() : 0,
                        Double.doubleToRawLongBits(sample.value())));
            }
            for (TestRequest.Exemplar exemplar : series.exemplars()) {
                items.add(new Received.Exemplar(
                        exemplar.timestamp(),
                        Double.doubleToRawLongBits(exemplar.value()),
                        Labels.of(exemplar.labels().toArray(String[]::new))));
            }
        }

        Received received = Received.decode(type, request.encode(type));

        assertThat(received.refusals()).isEmpty();
        assertThat(received.series).isEqualTo(expected);
    }

    /** Any mutation of bytes is refused in one of the ways there are, or decodes to batches that can be read: 100,000 of them. */
    @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
    void survivesMutations(@ForAll("requests") TestRequest request, @ForAll MessageType type, @ForAll long seed) {
        request.series.add(TestRequest.histogram(TestRequest.basicHistogram(Received.NOW), "__name__", "h", "le", "1"));
        request.series.add(TestRequest.histogram(
                TestRequest.floatHistogram(Received.NOW, 9, new int[] {-2, 1, 5, 2}, 1, 2, 3), "__name__", "h"));
        request.series.add(
                TestRequest.histogram(TestRequest.customHistogram(Received.NOW, 1, 2, 3, 4, 5), "__name__", "h"));
        byte[] message = request.encode(type);
        Random random = new Random(seed);
        RemoteWriteDecoder decoder = new RemoteWriteDecoder(RequestLimits.DEFAULT);
        for (int i = 0; i < MUTATIONS_PER_TRY; i++) {
            byte[] mutated = mutate(message, random);
            try {
                Received.decode(decoder, type, mutated, io.millrace.model.TenantLimits.DEFAULT);
            } catch (MalformedException | RequestTooLargeException expected) {
                // the answer is 400 or 413
            }
        }
    }

    private static byte[] mutate(byte[] message, Random random) {
        byte[] mutated = message.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes && mutated.length > 0; i++) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(5)) {
                case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutated[at] = (byte) random.nextInt(256);
                case 2 -> mutated = Arrays.copyOf(mutated, at);
                case 3 -> {
                    byte[] longer = new byte[mutated.length + 1];
                    System.arraycopy(mutated, 0, longer, 0, at);
                    longer[at] = (byte) random.nextInt(256);
                    System.arraycopy(mutated, at, longer, at + 1, mutated.length - at);
                    mutated = longer;
                }
                default -> {
                    byte[] shorter = new byte[mutated.length - 1];
                    System.arraycopy(mutated, 0, shorter, 0, at);
                    System.arraycopy(mutated, at + 1, shorter, at, shorter.length - at);
                    mutated = shorter;
                }
            }
        }
        return mutated;
    }

    @Provide
    Arbitrary<TestRequest> requests() {
        Arbitrary<TestRequest.Sample> samples = Combinators.combine(
                        Arbitraries.longs().map(Double::longBitsToDouble),
                        timestamps(),
                        Arbitraries.longs().between(0, 9))
                .as(TestRequest.Sample::new);
        Arbitrary<TestRequest.Exemplar> exemplars = Combinators.combine(labels(), Arbitraries.doubles(), timestamps())
                .as(TestRequest.Exemplar::new);
        Arbitrary<TestRequest.Series> series = Combinators.combine(
                        labels(),
                        texts(),
                        samples.list().ofMinSize(1).ofMaxSize(4),
                        exemplars.list().ofMaxSize(2))
                .as((labels, metric, values, traces) -> {
                    List<String> all = new ArrayList<>(labels);
                    all.add("__name__");
                    all.add(metric);
                    return new TestRequest.Series(all, values, List.of(), traces, null, 0);
                });
        return series.list().ofMaxSize(8).map(list -> TestRequest.of(list.toArray(TestRequest.Series[]::new)));
    }

    private static Arbitrary<Long> timestamps() {
        return Arbitraries.longs().between(Received.NOW - 1_000_000, Received.NOW + 600_000);
    }

    /** Distinct names in random order, values that may be empty. */
    private static Arbitrary<List<String>> labels() {
        return Arbitraries.maps(texts(), Arbitraries.oneOf(texts(), Arbitraries.just("")))
                .ofMaxSize(12)
                .flatMap(map -> Arbitraries.shuffle(new ArrayList<>(new TreeMap<>(map).entrySet())))
                .map(entries -> {
                    List<String> labels = new ArrayList<>();
                    entries.forEach(entry -> {
                        labels.add(entry.getKey());
                        labels.add(entry.getValue());
                    });
                    return labels;
                });
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withCharRange('a', 'c').ofMinLength(1).ofMaxLength(12),
                Arbitraries.strings().ofMinLength(1).ofMaxLength(20).filter(RemoteWritePropertiesTest::isUnicode));
    }

    private static boolean isUnicode(String text) {
        return text.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff) && !text.isEmpty();
    }
}
