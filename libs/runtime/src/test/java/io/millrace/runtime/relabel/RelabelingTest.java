package io.millrace.runtime.relabel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Labels;
import io.millrace.runtime.relabel.RelabelRule.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelabelingTest {
    private static final Labels ABC = Labels.of("a", "foo", "b", "bar", "c", "baz");

    /** Builds rules field by field, as in a configuration file. */
    private static final class Rule {
        private @Nullable List<String> source;
        private @Nullable String separator;
        private @Nullable String regex;
        private @Nullable Long modulus;
        private @Nullable String target;
        private @Nullable String replacement;
        private final Action action;

        Rule(Action action) {
            this.action = action;
        }

        Rule source(String... labels) {
            source = List.of(labels);
            return this;
        }

        Rule separator(String text) {
            separator = text;
            return this;
        }

        Rule regex(String text) {
            regex = text;
            return this;
        }

        Rule modulus(long number) {
            modulus = number;
            return this;
        }

        Rule target(String label) {
            target = label;
            return this;
        }

        Rule replacement(String text) {
            replacement = text;
            return this;
        }

        RelabelRule rule() {
            return new RelabelRule(source, separator, regex, modulus, target, replacement, action);
        }
    }

    private static @Nullable Labels apply(Labels labels, Rule... rules) throws RelabelException {
        return Relabeling.compile(java.util.Arrays.stream(rules).map(Rule::rule).toList())
                .apply(labels);
    }

    @Test
    void shouldReplaceWithGroupsOfTheSource() throws RelabelException {
        assertThat(apply(
                        ABC,
                        new Rule(Action.REPLACE)
                                .source("a")
                                .regex("f(.*)")
                                .target("d")
                                .replacement("ch${1}-ch${1}")))
                .isEqualTo(Labels.of("a", "foo", "b", "bar", "c", "baz", "d", "choo-choo"));
    }

    @Test
    void shouldJoinSourcesWithTheSeparatorAndApplyRulesInOrder() throws RelabelException {
        assertThat(apply(
                        ABC,
                        new Rule(Action.REPLACE)
                                .source("a", "b")
                                .regex("f(.*);(.*)r")
                                .target("a")
                                .replacement("b${1}${2}m"),
                        new Rule(Action.REPLACE)
                                .source("c", "a")
                                .regex("(b).*b(.*)ba(.*)")
                                .separator("")
                                .target("d")
                                .replacement("$1$2$2$3")))
                .isEqualTo(Labels.of("a", "boobam", "b", "bar", "c", "baz", "d", "boooom"));
    }

    @Test
    void shouldLeaveLabelsAloneWhenTheRegexDoesNotMatchTheWhole() throws RelabelException {
        assertThat(apply(
                        ABC,
                        new Rule(Action.REPLACE)
                                .source("a")
                                .regex("o")
                                .target("a")
                                .replacement("x")))
                .isEqualTo(ABC);
    }

    @Test
    void shouldRemoveTheTargetWhenTheReplacementIsEmpty() throws RelabelException {
        assertThat(apply(
                        ABC,
                        new Rule(Action.REPLACE)
                                .source("a")
                                .regex("(f).*")
                                .target("b")
                                .replacement("$2")))
                .isEqualTo(Labels.of("a", "foo", "c", "baz"));
        assertThat(apply(ABC, new Rule(Action.REPLACE).target("b").replacement("")))
                .isEqualTo(Labels.of("a", "foo", "c", "baz"));
    }

    @Test
    void shouldTakeTheTargetFromGroupsToo() throws RelabelException {
        assertThat(apply(
                        Labels.of("__meta", "some-thing-blue"),
                        new Rule(Action.REPLACE)
                                .source("__meta")
                                .regex("some-([^-]+)-([^,]+)")
                                .target("${1}")
                                .replacement("$2")))
                .isEqualTo(Labels.of("__meta", "some-thing-blue", "thing", "blue"));
        assertThat(apply(
                        ABC,
                        new Rule(Action.REPLACE)
                                .source("a")
                                .regex("f(x)?oo")
                                .target("${1}")
                                .replacement("y")))
                .isEqualTo(ABC);
    }

    @Test
    void shouldDropAndKeep() throws RelabelException {
        assertThat(apply(ABC, new Rule(Action.DROP).source("a").regex(".*o.*"))).isNull();
        assertThat(apply(ABC, new Rule(Action.DROP).source("a").regex("f|no"))).isEqualTo(ABC);
        assertThat(apply(ABC, new Rule(Action.KEEP).source("a").regex("no-match")))
                .isNull();
        assertThat(apply(ABC, new Rule(Action.KEEP).source("a").regex("f.*"))).isEqualTo(ABC);
        assertThat(apply(ABC, new Rule(Action.KEEP).source("absent").regex(""))).isEqualTo(ABC);
        assertThat(apply(
                        ABC,
                        new Rule(Action.DROP).source("a").regex("f"),
                        new Rule(Action.DROP).source("a").regex("foo")))
                .isNull();
    }

    @Test
    void shouldDropAndKeepByEquality() throws RelabelException {
        Labels ports = Labels.of("__tmp_port", "1234", "__port1", "1234", "__port2", "5678");
        assertThat(apply(ports, new Rule(Action.DROPEQUAL).source("__tmp_port").target("__port1")))
                .isNull();
        assertThat(apply(ports, new Rule(Action.DROPEQUAL).source("__tmp_port").target("__port2")))
                .isEqualTo(ports);
        assertThat(apply(ports, new Rule(Action.KEEPEQUAL).source("__tmp_port").target("__port1")))
                .isEqualTo(ports);
        assertThat(apply(ports, new Rule(Action.KEEPEQUAL).source("__tmp_port").target("__port2")))
                .isNull();
    }

    @Test
    void shouldHashAsPrometheusDoes() throws RelabelException {
        assertThat(apply(
                        Labels.of("c", "baz"),
                        new Rule(Action.HASHMOD).source("c").target("d").modulus(1000)))
                .isEqualTo(Labels.of("c", "baz", "d", "976"));
        assertThat(apply(
                        Labels.of("a", "foo\nbar"),
                        new Rule(Action.HASHMOD).source("a").target("b").modulus(1000)))
                .isEqualTo(Labels.of("a", "foo\nbar", "b", "734"));
    }

    @Test
    void shouldMapDropAndKeepNames() throws RelabelException {
        Labels labels = Labels.of("a", "foo", "b1", "bar", "b2", "baz");
        assertThat(apply(labels, new Rule(Action.LABELMAP).regex("(b.*)").replacement("bar_${1}")))
                .isEqualTo(Labels.of("a", "foo", "b1", "bar", "b2", "baz", "bar_b1", "bar", "bar_b2", "baz"));
        assertThat(apply(
                        Labels.of("a", "foo", "__meta_my_bar", "aaa", "__meta_my_baz", "bbb"),
                        new Rule(Action.LABELMAP).regex("__meta_(my.*)")))
                .isEqualTo(Labels.of(
                        "a", "foo", "__meta_my_bar", "aaa", "__meta_my_baz", "bbb", "my_bar", "aaa", "my_baz", "bbb"));
        assertThat(apply(labels, new Rule(Action.LABELDROP).regex("(b.*)"))).isEqualTo(Labels.of("a", "foo"));
        assertThat(apply(labels, new Rule(Action.LABELKEEP).regex("(b.*)")))
                .isEqualTo(Labels.of("b1", "bar", "b2", "baz"));
    }

    @Test
    void shouldChangeCaseCharacterByCharacter() throws RelabelException {
        Labels labels = Labels.of("foo", "bAr123Foo");
        assertThat(apply(
                        labels,
                        new Rule(Action.LOWERCASE).source("foo").target("l"),
                        new Rule(Action.UPPERCASE).source("foo").target("u")))
                .isEqualTo(Labels.of("foo", "bAr123Foo", "l", "bar123foo", "u", "BAR123FOO"));
        assertThat(apply(
                        Labels.of("a", "ßΣ"),
                        new Rule(Action.UPPERCASE).source("a").target("a")))
                .isEqualTo(Labels.of("a", "ßΣ"));
        assertThat(apply(
                        Labels.of("a", "ΑΣ"),
                        new Rule(Action.LOWERCASE).source("a").target("a")))
                .isEqualTo(Labels.of("a", "ασ"));
    }

    @Test
    void shouldLetTheDotMatchNewlinesAndKeepUtf8Names() throws RelabelException {
        assertThat(apply(
                        Labels.of("a", "x\ny"),
                        new Rule(Action.DROP).source("a").regex("x.y")))
                .isNull();
        assertThat(apply(
                        Labels.of("größe", "1"),
                        new Rule(Action.REPLACE).source("größe").target("weiß.nicht")))
                .isEqualTo(Labels.of("größe", "1", "weiß.nicht", "1"));
    }

    @ParameterizedTest
    @CsvSource({
        "$1, foo",
        "${1}, foo",
        "$1x, ''",
        "${1}x, foox",
        "$$1, $1",
        "$, $",
        "a$-b, a$-b",
        "${1, ${1",
        "${}, ${}",
        "$9, ''",
        "$99999999999, ''",
        "$name, oo",
        "${name}-${nope}, oo-",
        "$0, foo",
    })
    void shouldExpandReferencesAsGoDoes(String replacement, String expected) throws RelabelException {
        Labels labels = Labels.of("a", "foo");
        Labels changed = apply(
                labels,
                new Rule(Action.REPLACE)
                        .source("a")
                        .regex("(f(?P<name>o+))")
                        .target("b")
                        .replacement(replacement));
        assertThat(changed).isNotNull();
        assertThat(changed.getOrEmpty("b")).isEqualTo(expected);
    }

    @Test
    void shouldRefuseRulesThatMakeNoSenseAndSayWhichAndWhy() {
        assertRefused(new Rule(Action.REPLACE).source("a"), "rule 1: replace needs a target label");
        assertRefused(new Rule(Action.REPLACE).target("a$"), "refers to no group");
        assertRefused(new Rule(Action.HASHMOD).target("a"), "modulus");
        assertRefused(new Rule(Action.HASHMOD).modulus(5), "target label");
        assertRefused(new Rule(Action.LOWERCASE).target("a").replacement("x"), "no replacement");
        assertRefused(new Rule(Action.KEEPEQUAL).target("a").regex("x"), "only");
        assertRefused(new Rule(Action.LABELDROP).regex("x").source("a"), "regex only");
        assertRefused(new Rule(Action.LABELKEEP).regex("x").target("a"), "regex only");
        assertRefused(new Rule(Action.LABELMAP).regex("x").replacement(""), "replacement");
        assertRefused(new Rule(Action.KEEP).source("").regex("x"), "no name");
        assertRefused(new Rule(Action.DROP).source("a").regex("(x"), "not RE2");
        assertRefused(new Rule(Action.DROP).source("a").regex("(?=x)"), "not RE2");
        assertRefused(new Rule(Action.DROP).source("a").regex("x".repeat(10_000)), "characters");
        assertThatThrownBy(() -> apply(ABC, new Rule(Action.DROP).source("a"), new Rule(Action.HASHMOD)))
                .hasMessageStartingWith("rule 2: ");
    }

    @Test
    void shouldDropMetricsByName() throws RelabelException {
        Relabeling dropping = Relabeling.dropping(List.of("go_.*", "up|down"));
        assertThat(dropping.apply(Labels.of("__name__", "go_threads"))).isNull();
        assertThat(dropping.apply(Labels.of("__name__", "down"))).isNull();
        assertThat(dropping.apply(Labels.of("__name__", "upper"))).isNotNull();
        assertThat(Relabeling.dropping(List.of()).isEmpty()).isTrue();
        assertThatThrownBy(() -> Relabeling.dropping(List.of("ok", "(")))
                .isInstanceOf(RelabelException.class)
                .hasMessageContaining("(");
    }

    private static void assertRefused(Rule rule, String why) {
        assertThatThrownBy(() -> apply(ABC, rule))
                .isInstanceOf(RelabelException.class)
                .hasMessageContaining(why);
    }
}
