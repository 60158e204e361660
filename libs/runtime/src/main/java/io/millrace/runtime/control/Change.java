package io.millrace.runtime.control;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one operation does to the control records: all of it comes into force, or nothing.
 *
 * @param actor who
 * @param at when it was worked out
 * @param action what, for the audit trail: {@code user.create}
 * @param steps what happens to each record, in this order; empty when everything is already so
 */
public record Change(Actor actor, Instant at, String action, List<Step> steps) {
    /**
     * What happens to one record.
     *
     * @param before null when it is made
     * @param after null when it is deleted
     */
    public record Step(
            @Nullable ControlRecord before, @Nullable ControlRecord after) {
        public Step {
            if (before == null && after == null) {
                throw new IllegalArgumentException("a step needs a record");
            }
        }

        /** Which record. */
        public ControlKey key() {
            return after == null ? Objects.requireNonNull(before).key() : after.key();
        }
    }

    public Change {
        steps = List.copyOf(steps);
    }

    /** One entry of the audit trail for each step. */
    public List<AuditEntry> audit() {
        return steps.stream()
                .map(step -> new AuditEntry(
                        at,
                        actor.userId(),
                        actor.keyId(),
                        actor.address(),
                        action,
                        step.key(),
                        step.before(),
                        step.after()))
                .toList();
    }
}
