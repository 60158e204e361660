package io.millrace.gateway.ingest;

import io.millrace.model.RejectReason;
import io.millrace.wire.remotewrite.WriteSummary;

/** What became of a request body. */
public sealed interface Outcome {
    /** Everything the summary counts as accepted is in Kafka on all in-sync replicas. */
    record Written(WriteSummary summary) implements Outcome {}

    /** The body as a whole can never be taken; nothing of it was. */
    record Refused(RejectReason reason, String detail) implements Outcome {}

    /**
     * Nothing of it was kept, because the instance sends more than it may; it may be sent again.
     *
     * @param detail how much was refused, and the limit
     * @param seconds after which it would pass
     */
    record RateLimited(String detail, double seconds) implements Outcome {}

    /** Not now: Kafka does not acknowledge, or too much is on its way. A part may have been written. */
    record Unavailable(String why) implements Outcome {}

    /** The gateway has a fault; the log has the details. */
    record Failed() implements Outcome {}
}
