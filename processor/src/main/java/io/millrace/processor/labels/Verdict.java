package io.millrace.processor.labels;

import io.millrace.model.Labels;
import io.millrace.model.RejectReason;

/** What becomes of a series once its labels have been looked at. */
public sealed interface Verdict {
    /** The series is kept under these labels. */
    record Keep(Labels labels) implements Verdict {}

    /**
     * The series is refused, and the sender's ledger says so.
     *
     * @param detail the part of the labels that is wrong, for the ledger
     */
    record Refuse(RejectReason reason, String detail) implements Verdict {}
}
