package io.millrace.wire.remotewrite;

/**
 * How much one request may hold, whatever its tenant. These bound memory and time; what a tenant may send is in {@link
 * io.millrace.model.TenantLimits}.
 *
 * @param maxDecodedBytes bytes after inflating
 * @param maxSeries TimeSeries messages
 * @param maxSymbols entries of the symbols table of a 2.0 request
 */
public record RequestLimits(int maxDecodedBytes, int maxSeries, int maxSymbols) {
    /**
     * 32 MiB is what Prometheus' own receiver takes. Senders put 500 to 2,000 series into a request, so 100,000 series
     * and 200,000 symbols (2 × 4 B each in the decoder's tables: 1.6 MB) leave room for very unusual ones.
     */
    public static final RequestLimits DEFAULT = new RequestLimits(32 << 20, 100_000, 200_000);
}
