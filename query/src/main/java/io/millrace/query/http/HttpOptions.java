package io.millrace.query.http;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How the listener behaves.
 *
 * @param port 0 takes a free one
 * @param corsOrigins anchored expression of the origins of web pages that may call
 * @param timeout the longest any request may take
 */
public record HttpOptions(String host, int port, int maxBodyBytes, Pattern corsOrigins, Duration timeout) {}
