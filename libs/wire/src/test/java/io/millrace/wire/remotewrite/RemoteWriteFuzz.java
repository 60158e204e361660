package io.millrace.wire.remotewrite;

import io.millrace.model.TenantLimits;
import io.millrace.wire.MalformedException;

/**
 * The target of a coverage-guided fuzzer: whatever the bytes are, they are refused in one of the ways there are, or decode to
 * batches that can be read, with as many items as the summary says. The first byte is the message type, so that one corpus
 * serves both; the second says which limits. {@code CONTRIBUTING.md} says how to run it; what it found interesting is
 * replayed by {@link RemoteWriteCorpusTest}.
 */
public final class RemoteWriteFuzz {
    /** Limits that short inputs can reach. */
    private static final TenantLimits SMALL = new TenantLimits(
            3, 10, 20, 40, java.time.Duration.ofMinutes(10), java.time.Duration.ofDays(14), 1_000, 1_000);

    private static final RequestLimits FEW = new RequestLimits(1 << 20, 8, 16);

    private RemoteWriteFuzz() {}

    /** The name is the fuzzer's. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        MessageType type = (input[0] & 1) == 0 ? MessageType.WRITE_REQUEST_V1 : MessageType.REQUEST_V2;
        boolean small = (input[1] & 1) == 1;
        byte[] message = java.util.Arrays.copyOfRange(input, 2, input.length);
        try {
            Received received = Received.decode(
                    new RemoteWriteDecoder(small ? FEW : RequestLimits.DEFAULT),
                    type,
                    message,
                    small ? SMALL : TenantLimits.DEFAULT);
            check(received, ItemCount.of(type, message, 0, message.length));
        } catch (MalformedException | RequestTooLargeException expected) {
            // the answer is 400 or 413
        }
        try {
            SnappyBody.inflate(message, 0, message.length, new byte[1 << 16], declared(message));
        } catch (MalformedException | RequestTooLargeException expected) {
            // the answer is 400 or 413
        }
    }

    private static int declared(byte[] body) {
        return SnappyBody.declaredLength(body, 0, body.length, 1 << 16);
    }

    /** Nothing is accepted and forgotten, and nothing counted twice. */
    private static void check(Received received, ItemCount items) {
        WriteSummary summary = received.summary;
        long stored = received.series.values().stream()
                .mapToLong(java.util.List::size)
                .sum();
        if (stored != summary.accepted()) {
            throw new AssertionError(stored + " items came out, " + summary.accepted() + " were counted");
        }
        Refusals refusals = summary.refusals();
        same("samples", items.samples(), summary.samples() + refusals.samples());
        same("histograms", items.histograms(), summary.histograms() + refusals.histograms());
        same("exemplars", items.exemplars(), summary.exemplars() + refusals.exemplars());
    }

    private static void same(String what, long sent, long answered) {
        if (sent != answered) {
            throw new AssertionError(sent + " " + what + " were sent, the answer accounts for " + answered);
        }
    }
}
