/**
 * The life of a process: services that start in order and close in reverse, their health, and the main loop of a
 * program. Everything below this package is what every Millrace process has: configuration, admin endpoint, metrics,
 * topics, control tables.
 */
package io.millrace.runtime;
