/**
 * How far a partition of {@code received} is processed, as the processor itself knows it. The broker says where a group goes
 * on; what it forgets must not be processed twice, and what is not processed must never be skipped.
 */
package io.millrace.processor.progress;
