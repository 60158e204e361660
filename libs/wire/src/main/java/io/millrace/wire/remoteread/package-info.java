/**
 * Remote read of Prometheus ({@code POST /api/v1/read}): {@code ReadRequest} reads a request, {@code ReadResponseWriter}
 * answers with samples, {@code ChunkedReadWriter} with a stream of chunks. Protobuf by hand, no generated classes.
 */
package io.millrace.wire.remoteread;
