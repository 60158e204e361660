/** Labels as canonical bytes, and the series id that is their hash. */
package io.millrace.wire.labels;
