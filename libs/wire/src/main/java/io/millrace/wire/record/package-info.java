/** The records of the Kafka topics {@code received}, {@code samples} and {@code series}. */
package io.millrace.wire.record;
