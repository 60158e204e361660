package io.millrace.runtime.control;

import java.util.List;

/**
 * Permission of a user on instances of its account.
 *
 * @param level what it may do there
 * @param instances ids, or the one element {@code "*"} for all of the account, also those made later
 */
public record Policy(Level level, List<String> instances) {
    /** Stands for all instances of the account. */
    public static final String ALL = "*";

    /** What a policy lets a user do. */
    public enum Level {
        /** Write, read and administer. */
        FULL,
        /** Remote write only. */
        WRITE,
        /** Queries and remote read only. */
        READ
    }

    public Policy {
        instances = List.copyOf(instances);
    }
}
