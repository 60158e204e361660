package io.millrace.runtime.relabel;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** A rule that has been checked, with its pattern. Immutable. */
final class CompiledRule {
    private final RelabelRule.Action action;
    private final List<String> sources;
    private final String separator;
    private final Pattern pattern;
    private final Template target;
    private final String targetLabel;
    private final Template replacement;
    private final long modulus;

    private CompiledRule(RelabelRule rule, Pattern pattern) {
        this.action = rule.actionOrDefault();
        this.sources = rule.sourceLabelsOrNone();
        this.separator = rule.separatorOrDefault();
        this.pattern = pattern;
        this.targetLabel = rule.targetLabel() == null ? "" : rule.targetLabel();
        this.target = new Template(targetLabel, pattern);
        this.replacement = new Template(rule.replacementOrDefault(), pattern);
        this.modulus = rule.modulus() == null ? 0 : rule.modulus();
    }

    static CompiledRule of(RelabelRule rule) throws RelabelException {
        RuleCheck.check(rule);
        return unlimited(rule);
    }

    /** A rule that nobody wrote, so that it may be as long as it likes. */
    static CompiledRule unlimited(RelabelRule rule) throws RelabelException {
        try {
            return new CompiledRule(rule, Pattern.compile("^(?s:" + rule.regexOrDefault() + ")$"));
        } catch (PatternSyntaxException e) {
            throw new RelabelException("the regex '" + rule.regexOrDefault() + "' is not RE2: " + e.getDescription());
        }
    }

    /** Changes the labels. Returns false when the series is to be dropped. */
    boolean apply(MutableLabels labels) {
        switch (action) {
            case DROP -> {
                return !matches(source(labels));
            }
            case KEEP -> {
                return matches(source(labels));
            }
            case DROPEQUAL -> {
                return !labels.get(targetLabel).equals(source(labels));
            }
            case KEEPEQUAL -> {
                return labels.get(targetLabel).equals(source(labels));
            }
            case REPLACE -> replace(labels);
            case HASHMOD -> labels.set(targetLabel, Long.toUnsignedString(hash(source(labels), modulus)));
            case LOWERCASE -> labels.set(targetLabel, map(source(labels), Character::toLowerCase));
            case UPPERCASE -> labels.set(targetLabel, map(source(labels), Character::toUpperCase));
            case LABELMAP -> {
                for (Map.Entry<String, String> label : labels.snapshot()) {
                    Matcher matcher = pattern.matcher(label.getKey());
                    if (matcher.find()) {
                        String name = replacement.expand(matcher);
                        if (!name.isEmpty()) {
                            labels.set(name, label.getValue());
                        }
                    }
                }
            }
            case LABELDROP -> dropNames(labels, true);
            case LABELKEEP -> dropNames(labels, false);
        }
        return true;
    }

    private String source(MutableLabels labels) {
        if (sources.size() == 1) {
            return labels.get(sources.get(0));
        }
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < sources.size(); i++) {
            if (i > 0) {
                joined.append(separator);
            }
            joined.append(labels.get(sources.get(i)));
        }
        return joined.toString();
    }

    private boolean matches(String text) {
        return pattern.matcher(text).find();
    }

    private void replace(MutableLabels labels) {
        Matcher matcher = pattern.matcher(source(labels));
        if (!matcher.find()) {
            return;
        }
        String name = target.expand(matcher);
        if (!name.isEmpty()) {
            labels.set(name, replacement.expand(matcher));
        }
    }

    private void dropNames(MutableLabels labels, boolean matching) {
        for (Map.Entry<String, String> label : labels.snapshot()) {
            if (matches(label.getKey()) == matching) {
                labels.set(label.getKey(), "");
            }
        }
    }

    /** The lower half of the MD5, as Prometheus does it, unsigned. */
    private static long hash(String text, long modulus) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            return Long.remainderUnsigned(ByteBuffer.wrap(digest).getLong(8), modulus);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    /** Character by character, as Go does it: no context, no locale, never another length in characters. */
    private static String map(String text, IntUnaryOperator mapping) {
        StringBuilder mapped = new StringBuilder(text.length());
        text.codePoints().map(mapping).forEach(mapped::appendCodePoint);
        return mapped.toString();
    }
}
