/**
 * Deletes series of an instance within a time range. A deletion is a record in the store and a mark in every partition of
 * the topic {@code samples}; from then on no query sees what it deletes, and the merge of old chunks removes it.
 */
@NullMarked
package io.millrace.query.deletion;

import org.jspecify.annotations.NullMarked;
