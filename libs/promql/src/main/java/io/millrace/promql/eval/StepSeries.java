package io.millrace.promql.eval;

import io.millrace.model.Labels;

/**
 * A series on a grid.
 *
 * @param dropName whether the metric name is to be dropped at the end of the query (delayed name removal)
 */
record StepSeries(Labels labels, boolean dropName, StepValues values) {
    StepSeries withLabels(Labels newLabels) {
        return new StepSeries(newLabels, dropName, values);
    }

    StepSeries withValues(StepValues newValues) {
        return new StepSeries(labels, dropName, newValues);
    }
}
