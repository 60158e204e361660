package io.millrace.testkit.generator;

import io.millrace.model.Labels;

/**
 * One series and its values at all times. Immutable.
 *
 * @param labels its labels, metric name included
 * @param behaviour how it moves
 */
public record GeneratedSeries(Labels labels, Behaviour behaviour, long seed) {

    static GeneratedSeries of(Labels labels, Behaviour behaviour) {
        return new GeneratedSeries(
                labels, behaviour, Behaviour.mix(labels.toString().hashCode()));
    }

    /** The value at a time, in milliseconds since 1970. */
    public double valueAt(long timeMillis) {
        return behaviour.valueAt(seed, timeMillis);
    }
}
