package io.millrace.embedded;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Asks a Cassandra node for its options in the bytes of the CQL binary protocol, version 4. Stateless. */
final class CqlProbe {

    private static final int TIMEOUT_MILLIS = 1_000;

    /** version 4, no flags, stream 0, opcode OPTIONS, empty body. */
    private static final byte[] OPTIONS = {0x04, 0, 0, 0, 0x05, 0, 0, 0, 0};

    private static final int RESPONSE_VERSION_4 = 0x84;
    private static final int SUPPORTED = 0x06;

    private CqlProbe() {}

    /** Whether the node answers the handshake. */
    static boolean isServing(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(OPTIONS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int version = in.readUnsignedByte();
            in.skipNBytes(3);
            return version == RESPONSE_VERSION_4 && in.readUnsignedByte() == SUPPORTED;
        } catch (IOException e) {
            return false;
        }
    }
}
