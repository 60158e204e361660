/**
 * Millrace's own metrics as series of the instance {@code millrace}.
 *
 * <p>A scrape of the registry in this process becomes a remote write request to the gateway of this process, so that what
 * Millrace says about itself takes the way every sample takes. Stale markers are sent for series that go away.
 */
@NullMarked
package io.millrace.standalone.selfmetrics;

import org.jspecify.annotations.NullMarked;
