/**
 * Typed configuration: one YAML file and the environment become immutable values of an interface. Unknown keys and
 * impossible values are errors, and all of them are told at once. The same interfaces give {@code
 * docs/configuration.md}.
 */
package io.millrace.runtime.config;
