package io.millrace.processor.labels;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Labels;
import io.millrace.model.RejectReason;
import io.millrace.runtime.policy.Verdict;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.labels.CanonicalLabels;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LabelNormaliserTest {
    /** Names and values as they are, in the form of canonical labels. */
    public static byte[] raw(String... namesAndValues) {
        ByteWriter out = new ByteWriter(64);
        for (String text : namesAndValues) {
            out.putSized(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    private static Verdict normalise(String... namesAndValues) {
        byte[] bytes = raw(namesAndValues);
        return LabelNormaliser.normalise(bytes, 0, bytes.length);
    }

    @Test
    void shouldSortNamesAndDropEmptyValues() {
        assertThat(normalise("job", "node", "a", "", "__name__", "up"))
                .isEqualTo(new Verdict.Keep(Labels.of("__name__", "up", "job", "node"), null));
    }

    @Test
    void shouldKeepOneOfTwoEqualLabels() {
        assertThat(normalise("job", "node", "__name__", "up", "job", "node"))
                .isEqualTo(new Verdict.Keep(Labels.of("__name__", "up", "job", "node"), null));
    }

    @Test
    void shouldRefuseTwoValuesForOneName() {
        assertThat(normalise("job", "node", "__name__", "up", "job", "other"))
                .isEqualTo(new Verdict.Refuse(RejectReason.DUPLICATE_LABEL, "label job has two values"));
    }

    @Test
    void shouldRefuseALabelWithoutNameAndTextThatIsNotUtf8() {
        assertThat(normalise("", "x")).isInstanceOf(Verdict.Refuse.class);
        byte[] notUtf8 = {1, 'a', 1, (byte) 0xff};
        assertThat(LabelNormaliser.normalise(notUtf8, 0, 4)).isInstanceOf(Verdict.Refuse.class);
        byte[] cutOff = {1, 'a', 5, 'b'};
        assertThat(LabelNormaliser.normalise(cutOff, 0, 4)).isInstanceOf(Verdict.Refuse.class);
    }

    @Test
    void shouldTellCanonicalLabelsFromOthers() {
        byte[] canonical = CanonicalLabels.encode(Labels.of("__name__", "up", "job", "node"));
        byte[] unsorted = raw("job", "node", "__name__", "up");
        assertThat(LabelNormaliser.isCanonical(canonical, 0, canonical.length)).isTrue();
        assertThat(LabelNormaliser.isCanonical(unsorted, 0, unsorted.length)).isFalse();
    }
}
