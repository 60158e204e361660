/**
 * The torture test: a whole Millrace under load whose processes are killed and paused at random.
 *
 * <p>{@link io.millrace.torture.TortureMain} is the program; what it proves stands in
 * {@link io.millrace.torture.Torture}.
 */
@NullMarked
package io.millrace.torture;

import org.jspecify.annotations.NullMarked;
