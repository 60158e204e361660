package io.millrace.runtime.policy;

import io.millrace.model.Labels;
import io.millrace.model.RejectReason;
import org.jspecify.annotations.Nullable;

/** What becomes of a series once its labels have been looked at. */
public sealed interface Verdict {
    /**
     * The series is kept under these labels.
     *
     * @param replica who sent it, when it comes from one of several replicas; its label is not among the labels
     */
    record Keep(Labels labels, @Nullable HaReplica replica) implements Verdict {}

    /** The tenant's own rules drop the series. */
    record Drop() implements Verdict {}

    /**
     * The series is refused, and the tenant's ledger says so.
     *
     * @param message what the sender would have been told
     */
    record Refuse(RejectReason reason, String message) implements Verdict {}
}
