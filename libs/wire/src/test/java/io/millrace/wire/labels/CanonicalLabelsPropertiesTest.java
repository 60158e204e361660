package io.millrace.wire.labels;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.wire.Damage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CanonicalLabelsPropertiesTest {
    @Provide
    Arbitrary<Labels> labels() {
        // Whole code points: half a surrogate pair is no text that UTF-8 can hold.
        Arbitrary<String> text = Arbitraries.randomValue(random -> {
            StringBuilder points = new StringBuilder();
            int length = 1 + random.nextInt(20);
            while (points.length() < length) {
                int point = 1 + (random.nextInt(Character.MAX_CODE_POINT) >> random.nextInt(20));
                if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                    points.appendCodePoint(point);
                }
            }
            return points.toString();
        });
        Arbitrary<String> name = Arbitraries.oneOf(text, Arbitraries.of("__name__", "job", "instance", "Zone"));
        return Arbitraries.maps(name, text).ofMaxSize(8).map((Map<String, String> map) -> Labels.of(map));
    }

    @Property
    void shouldReadBackLabels(@ForAll("labels") Labels labels) {
        // when
        byte[] bytes = CanonicalLabels.encode(labels);

        // then
        assertThat(CanonicalLabels.decode(bytes, 0, bytes.length)).isEqualTo(labels);
        assertThat(CanonicalLabels.check(bytes, 0, bytes.length)).isEqualTo(labels.size());
        assertThat(CanonicalLabels.metricName(bytes, 0, bytes.length)).isEqualTo(labels.metricName());
        assertThat(CanonicalLabels.id(bytes, 0, bytes.length)).isEqualTo(CanonicalLabels.id(labels));
    }

    /** There is one way to write labels: bytes that can be read are the bytes that would be written. */
    @Property
    void shouldBeTheOnlyBytesOfTheseLabels(@ForAll("labels") Labels labels, @ForAll long seed) {
        byte[] bytes = CanonicalLabels.encode(labels);
        Damage.assertCopes(bytes, seed, damaged -> {
            Labels read = CanonicalLabels.decode(damaged, 0, damaged.length);
            assertThat(CanonicalLabels.encode(read)).isEqualTo(damaged);
        });
        Damage.assertCopes(bytes, seed, damaged -> CanonicalLabels.metricName(damaged, 0, damaged.length));
    }

    @Property
    void shouldSortNamesByBytes(@ForAll("labels") Labels labels) {
        for (int i = 1; i < labels.size(); i++) {
            byte[] before = labels.name(i - 1).getBytes(StandardCharsets.UTF_8);
            byte[] name = labels.name(i).getBytes(StandardCharsets.UTF_8);
            assertThat(Arrays.compareUnsigned(before, name)).isNegative();
        }
    }
}
