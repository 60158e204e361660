package io.millrace.query.http;

import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response. A short one is sent whole, with its length and not compressed; a longer one is compressed as the
 * client accepts and sent in pieces. Blocks while the client is slow.
 */
final class ResponseStream extends OutputStream {
    /** Below a few KB compression saves no packet. */
    private static final int SHORT = 4 << 10;

    private final Response response;
    private final Compression compression;
    private final byte[] first = new byte[SHORT];
    private int buffered;
    private @Nullable OutputStream stream;

    /** @param compression NONE when the body is compressed already */
    ResponseStream(Response response, Compression compression) {
        this.response = response;
        this.compression = compression;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (stream == null && buffered + length <= SHORT) {
            System.arraycopy(bytes, offset, first, buffered, length);
            buffered += length;
            return;
        }
        begun().write(bytes, offset, length);
    }

    private OutputStream begun() throws IOException {
        OutputStream begun = stream;
        if (begun == null) {
            if (compression != Compression.NONE) {
                response.getHeaders().put(HttpHeader.CONTENT_ENCODING, compression.token());
            }
            begun = compression.compress(Content.Sink.asOutputStream(response));
            begun.write(first, 0, buffered);
            stream = begun;
        }
        return begun;
    }

    /** Whether a part of the body may be on its way. */
    boolean isBegun() {
        return stream != null;
    }

    /** Forgets what was written; nothing is on its way yet. */
    void reset() {
        buffered = 0;
    }

    /** Ends the body. */
    @Override
    public void close() throws IOException {
        OutputStream begun = stream;
        if (begun == null) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, buffered);
            begun = Content.Sink.asOutputStream(response);
            begun.write(first, 0, buffered);
            stream = begun;
        }
        begun.close();
    }
}
