package io.millrace.embedded;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Asks a broker for its cluster's brokers, in the bytes of the protocol: the launcher has no Kafka client on its
 * classpath, so that its users choose their own. Stateless.
 */
final class KafkaProbe {

    private static final short METADATA = 3;
    private static final short VERSION = 1;
    private static final int CORRELATION_ID = 7;
    private static final int TIMEOUT_MILLIS = 1_000;

    /** api key, version, correlation id, null client id, zero topics. */
    private static final int REQUEST_BYTES = 2 + 2 + 4 + 2 + 4;

    private KafkaProbe() {}

    /** Whether the broker answers and is registered and unfenced, which is when it is in its own list of brokers. */
    static boolean isServing(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(REQUEST_BYTES);
            out.writeShort(METADATA);
            out.writeShort(VERSION);
            out.writeInt(CORRELATION_ID);
            out.writeShort(-1);
            out.writeInt(0);
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int size = in.readInt();
            return size >= 8 && in.readInt() == CORRELATION_ID && in.readInt() > 0;
        } catch (IOException e) {
            return false;
        }
    }
}
