/**
 * The question of a query to a storage-writer for samples that are not in the store yet, and its answer. The layout
 * stands in {@code docs/formats/open-chunks.md}.
 */
package io.millrace.wire.openchunks;
