package io.millrace.wire.remotewrite;

/**
 * What became of a request: accepted is what the sink got, the rest stands in {@code refusals}.
 *
 * @param samples accepted float samples
 * @param histograms accepted native histograms
 * @param exemplars accepted exemplars
 * @param metadata accepted metadata entries
 * @param refusals what was not accepted, by reason
 */
public record WriteSummary(int samples, int histograms, int exemplars, int metadata, Refusals refusals) {
    /** Accepted samples, histograms and exemplars. */
    public long accepted() {
        return (long) samples + histograms + exemplars;
    }

    /** Samples and histograms of the request, accepted or not. */
    public long samplesInRequest() {
        return (long) samples + histograms + refusals.samples() + refusals.histograms();
    }
}
