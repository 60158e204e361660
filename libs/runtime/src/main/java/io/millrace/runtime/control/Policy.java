package io.millrace.runtime.control;

import io.millrace.model.TenantId;
import java.util.List;
import java.util.Objects;

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
        READ;

        boolean allows(Access access) {
            return switch (this) {
                case FULL -> true;
                case WRITE -> access == Access.WRITE;
                case READ -> access == Access.READ;
            };
        }
    }

    public Policy {
        Objects.requireNonNull(level, "level");
        instances = List.copyOf(Objects.requireNonNull(instances, "instances"));
    }

    boolean allows(TenantId instance, Access access) {
        return (instances.contains(ALL) || instances.contains(instance.value())) && level.allows(access);
    }
}
