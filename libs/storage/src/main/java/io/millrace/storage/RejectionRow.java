package io.millrace.storage;

import io.millrace.model.RefusedItem;

/**
 * An entry of a tenant's rejection ledger: what was refused, why, how often.
 *
 * @param firstMs first refusal counted in this entry, ms since the epoch
 * @param lastMs last refusal counted in this entry
 * @param source who wrote it, with its position, so that writing it twice is writing it once:
 *     {@code partition/offset/number} in the topic {@code rejections}
 * @param reason {@code RejectReason.id()}
 * @param metric metric name of the example, all samples counted here have it unless the writer had too many; empty when
 *     unknown
 * @param series an example of the series, as text; empty when unknown
 * @param item an item of the example
 * @param message text as the sender was told or would have been told
 * @param samples samples refused
 */
public record RejectionRow(
        long firstMs,
        long lastMs,
        String source,
        String reason,
        String metric,
        String series,
        RefusedItem item,
        String message,
        long samples) {}
