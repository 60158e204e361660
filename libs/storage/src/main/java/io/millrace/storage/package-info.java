/** The interface of the store: sealed chunks, the series registry, and what else is kept durably. */
package io.millrace.storage;
