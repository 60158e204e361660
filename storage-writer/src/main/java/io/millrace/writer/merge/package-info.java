/**
 * Merges the chunks of closed days into dense rows, purges what was deleted, and drops what that supersedes. One worker in
 * each writer, for the shards whose first partition it owns. Killing it at any moment loses nothing.
 */
@NullMarked
package io.millrace.writer.merge;

import org.jspecify.annotations.NullMarked;
