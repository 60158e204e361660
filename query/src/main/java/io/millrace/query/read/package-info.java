/**
 * The samples of a selection: series from the index, newest samples from the memory of the writers, the rest from the
 * store, merged by timestamp. Writers are asked first, because a chunk leaves a writer only after it is in the store.
 */
package io.millrace.query.read;
