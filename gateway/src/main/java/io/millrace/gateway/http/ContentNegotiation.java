package io.millrace.gateway.http;

import io.millrace.wire.remotewrite.MessageType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the message by Content-Type alone, as remote write 2.0 demands: not by the version header, not by the body.
 * What is missing means remote write 1.0 and snappy. Stateless.
 */
final class ContentNegotiation {
    private static final String MEDIA_TYPE = "application/x-protobuf";
    private static final String OFFER = "; send Content-Type " + MEDIA_TYPE + " with proto="
            + MessageType.WRITE_REQUEST_V1.protoName() + " or proto=" + MessageType.REQUEST_V2.protoName()
            + ", and Content-Encoding snappy";

    private ContentNegotiation() {}

    /**
     * What the sender may send.
     *
     * @param type the message, or null when the answer is 415
     * @param problem why, "" when there is none
     */
    record Result(@Nullable MessageType type, String problem) {}

    static Result negotiate(@Nullable String contentType, @Nullable String contentEncoding) {
        if (contentEncoding != null
                && !contentEncoding.isBlank()
                && !contentEncoding.trim().equalsIgnoreCase("snappy")) {
            return unsupported("Content-Encoding " + shown(contentEncoding) + " is not accepted");
        }
        if (contentType == null || contentType.isBlank()) {
            return new Result(MessageType.WRITE_REQUEST_V1, "");
        }
        int semicolon = contentType.indexOf(';');
        String mediaType = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        if (!mediaType.trim().toLowerCase(Locale.ROOT).equals(MEDIA_TYPE)) {
            return unsupported("Content-Type " + shown(contentType) + " is not accepted");
        }
        String proto = semicolon < 0 ? null : proto(contentType.substring(semicolon + 1));
        if (proto == null) {
            return new Result(MessageType.WRITE_REQUEST_V1, "");
        }
        for (MessageType type : MessageType.values()) {
            if (type.protoName().equals(proto)) {
                return new Result(type, "");
            }
        }
        return unsupported("the message " + shown(proto) + " is not known");
    }

    /** The parameter {@code proto}; others, such as {@code charset}, say nothing here. Null when it is not there. */
    private static @Nullable String proto(String parameters) {
        for (String parameter : parameters.split(";", -1)) {
            int equals = parameter.indexOf('=');
            if (equals > 0 && parameter.substring(0, equals).trim().equalsIgnoreCase("proto")) {
                String value = parameter.substring(equals + 1).trim();
                boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
                return quoted ? value.substring(1, value.length() - 1) : value;
            }
        }
        return null;
    }

    private static Result unsupported(String what) {
        return new Result(null, what + OFFER);
    }

    private static String shown(String header) {
        String cut = header.length() > 100 ? header.substring(0, 100) + "..." : header;
        return "\"" + cut.trim() + "\"";
    }
}
