/** Lands the topics {@code rejections} and {@code usage} in the rejection ledger and in the metering by hour. */
package io.millrace.writer.ledger;
