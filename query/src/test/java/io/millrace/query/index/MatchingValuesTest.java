package io.millrace.query.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.promql.storage.Matcher;
import io.millrace.promql.storage.Matcher.Type;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MatchingValuesTest {
    private static final int MANY = 2_000;

    private final LabelName name = new LabelName("pod");

    @Test
    void shouldFindValuesThatCameAfterAnExpressionWasAskedFirst() {
        // given
        addValues(0, MANY);
        Matcher matcher = Matcher.of(Type.RE, "pod", "pod-.*7");
        List<Integer> before = numbers(matcher);

        // when
        addValues(MANY, MANY + 10);

        // then
        assertThat(before).isEqualTo(sevens(MANY));
        assertThat(numbers(matcher)).isEqualTo(sevens(MANY + 10));
    }

    @Test
    void shouldAnswerANegativeExpressionByWhatThePositiveOneCameTo() {
        // given
        addValues(0, MANY);
        numbers(Matcher.of(Type.RE, "pod", "pod-.*7"));

        // when
        List<Integer> others = numbers(Matcher.of(Type.NRE, "pod", "pod-.*7"));

        // then
        assertThat(others).hasSize(MANY - sevens(MANY).size()).doesNotContainAnyElementsOf(sevens(MANY));
    }

    @Test
    void shouldNotTellOfValuesBeyondThoseAskedFor() {
        // given: another query has seen more
        addValues(0, MANY);
        Matcher matcher = Matcher.of(Type.RE, "pod", "pod-.*7");
        numbers(matcher);

        // when
        BitSet fewer = name.matching().of(matcher, 300);
        BitSet others = name.matching().of(Matcher.of(Type.NRE, "pod", "pod-.*7"), 300);

        // then
        assertThat(fewer.stream().boxed().toList()).isEqualTo(sevens(300));
        assertThat(others.length()).isEqualTo(300);
        assertThat(others.cardinality()).isEqualTo(300 - sevens(300).size());
    }

    @Test
    void shouldAnswerRightWhenMoreExpressionsAreAskedThanRemembered() {
        // given
        addValues(0, MANY);

        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 100; i++) {
                // when
                List<Integer> found = numbers(Matcher.of(Type.RE, "pod", "pod-" + i + ".*"));

                // then
                String prefix = "pod-" + i;
                assertThat(found)
                        .isEqualTo(IntStream.range(0, MANY)
                                .filter(n -> ("pod-" + n).startsWith(prefix))
                                .boxed()
                                .toList());
            }
        }
    }

    private void addValues(int from, int to) {
        for (int i = from; i < to; i++) {
            name.valueFor("pod-" + i);
        }
    }

    private List<Integer> numbers(Matcher matcher) {
        return name.matching().of(matcher, name.size()).stream().boxed().toList();
    }

    private static List<Integer> sevens(int to) {
        return IntStream.range(0, to).filter(n -> n % 10 == 7).boxed().toList();
    }
}
