package io.millrace.model;

import java.util.regex.Pattern;

/**
 * The unit of isolation in the data path: one instance of one account. Series, limits, retention and usage belong to it.
 *
 * <p>The value is the instance id as it stands in URLs: 1 to 64 characters of {@code [a-z0-9-]}, beginning and ending
 * with a letter or digit, so that it is also a valid DNS label prefix, Kafka key and file name.
 */
public record TenantId(String value) implements Comparable<TenantId> {
    private static final Pattern VALID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?");

    /** @throws IllegalArgumentException when {@code value} is not a valid id; the message quotes the rule */
    public TenantId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "instance id must be 1 to 64 of a-z, 0-9 and '-', not beginning or ending with '-'");
        }
    }

    /** Whether {@link #TenantId(String)} would accept the value. */
    public static boolean isValid(String value) {
        return VALID.matcher(value).matches();
    }

    @Override
    public int compareTo(TenantId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
