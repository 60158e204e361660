package io.millrace.storage.cassandra;

import java.net.InetSocketAddress;

/** Reads {@code host:port}. IPv6 addresses stand in brackets. */
final class ContactPoints {
    private ContactPoints() {}

    static boolean isValid(String text) {
        int colon = text.lastIndexOf(':');
        return colon > 0 && text.substring(colon + 1).matches("[0-9]{1,5}") && port(text, colon) <= 65535;
    }

    /** The address, not resolved: the driver resolves it anew when it reconnects. */
    static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return InetSocketAddress.createUnresolved(host, port(text, colon));
    }

    private static int port(String text, int colon) {
        return Integer.parseInt(text.substring(colon + 1));
    }
}
