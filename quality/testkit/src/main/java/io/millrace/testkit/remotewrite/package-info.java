/**
 * The sender's side of Prometheus remote write, written by hand from the specification.
 *
 * <p>It shares no code with the gateway's decoder, so that both can be wrong only independently. A request is content
 * ({@link io.millrace.testkit.remotewrite.RemoteWriteRequest}) that can be encoded as version 1.0 or 2.0; what a correct
 * sender never does, such as labels out of order, is possible here.
 */
@NullMarked
package io.millrace.testkit.remotewrite;

import org.jspecify.annotations.NullMarked;
