/**
 * What the embedded broker and node have in common as child processes. Both class paths have it, so it needs nothing but
 * the JDK.
 */
@NullMarked
package io.millrace.embedded.child;

import org.jspecify.annotations.NullMarked;
