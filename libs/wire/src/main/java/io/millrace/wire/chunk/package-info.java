/** Chunks of samples in the encodings of Prometheus. */
package io.millrace.wire.chunk;
