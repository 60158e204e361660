package io.millrace.gateway.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** The answer to what Jetty itself refuses, such as malformed HTTP: one line of text, no page, never a stack trace. */
final class PlainErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        byte[] text = (text(status) + "\n").getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, text.length);
        response.write(true, ByteBuffer.wrap(text), callback);
        return true;
    }

    private static String text(int status) {
        return switch (status) {
            case HttpStatus.UPGRADE_REQUIRED_426 -> "HTTP/2 is not spoken here; send HTTP/1.1 (enable_http2: false)";
            case HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 -> "the request headers are too large";
            case HttpStatus.BAD_REQUEST_400 -> "this is not an HTTP/1.1 request";
            case HttpStatus.INTERNAL_SERVER_ERROR_500 -> "internal error; the log of the gateway has the details";
            default -> String.valueOf(HttpStatus.getMessage(status));
        };
    }
}
