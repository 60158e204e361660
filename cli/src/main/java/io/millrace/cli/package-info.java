/**
 * The commands of {@code millrace} that work through the admin API of a query service, on this machine or far away:
 * accounts, users, keys, instances, limits, rules, {@code apply} and {@code export}, the audit trail, and what a tenant sees
 * of its own data. They know HTTP and JSON only, so that they start quickly.
 */
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
