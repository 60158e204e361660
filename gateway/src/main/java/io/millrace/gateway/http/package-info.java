/**
 * The HTTP side of the gateway: listeners, addresses, content negotiation, credentials, reading bodies within limits, and
 * answers one can act on. Everything a sender can do wrong is a 4xx with a text; everything that may succeed later is a
 * 503 with Retry-After.
 */
package io.millrace.gateway.http;
