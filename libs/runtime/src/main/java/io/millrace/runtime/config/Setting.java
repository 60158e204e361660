package io.millrace.runtime.config;

/**
 * The text somebody gave a key.
 *
 * @param value the text
 * @param origin where it stands: {@code gateway.yaml line 3}, or the name of an environment variable
 */
record Setting(String value, String origin) {}
