package io.millrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports that nobody listens on at this moment. They lie below the range from which systems take the ports of outgoing
 * connections (from 32768 on Linux), so that no connection takes one between its choice and the start of the server.
 * Thread-safe.
 */
public final class FreePorts {

    private static final int FIRST = 20_000;

    private static final int END = 32_768;

    /** So many ports in use one after another mean that something other than chance is wrong. */
    private static final int ATTEMPTS = 1_000;

    private FreePorts() {}

    /**
     * Returns {@code count} different free ports of the loopback interface, picked at random. All are held until the last
     * is found, so they differ; afterwards another process may take one, which the node that gets it reports at its start.
     */
    public static List<Integer> find(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(bind());
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                closeQuietly(socket);
            }
        }
    }

    private static ServerSocket bind() {
        for (int i = 1; ; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            try {
                ServerSocket socket = new ServerSocket();
                try {
                    socket.setReuseAddress(true);
                    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                    return socket;
                } catch (IOException e) {
                    closeQuietly(socket);
                    throw e;
                }
            } catch (IOException e) {
                if (i == ATTEMPTS) {
                    throw new UncheckedIOException("no free TCP port on the loopback interface", e);
                }
            }
        }
    }

    private static void closeQuietly(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // a listening socket without connections has nothing to lose
        }
    }
}
