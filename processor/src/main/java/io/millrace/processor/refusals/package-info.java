/** What the processor refuses: counted exactly, with an example, and told to the tenant's ledger. */
package io.millrace.processor.refusals;
