/** Lands the topics {@code rejections}, {@code usage} and {@code usage-by-job} in the rejection ledger and in the metering by hour. */
package io.millrace.writer.ledger;
