/**
 * Accounts, users, access keys, policies and instances: the truth is the compacted topic {@code control}, and each
 * process keeps all of it in memory. The data path authenticates without a database, and a change is in force in every
 * process within two seconds.
 */
package io.millrace.runtime.control;
