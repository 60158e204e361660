/** Reads the topic {@code samples} once more and stores what the store does not have. For operators, not part of the writer. */
@NullMarked
package io.millrace.writer.replay;

import org.jspecify.annotations.NullMarked;
