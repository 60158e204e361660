package io.millrace.runtime.control;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The AccessKey in a header {@code Authorization: Basic ...}.
 *
 * @param keyId user name
 * @param secret password
 */
public record BasicCredentials(String keyId, String secret) {
    private static final String SCHEME = "Basic ";

    /** Null when the header is missing or not basic authentication. */
    public static @Nullable BasicCredentials parse(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        byte[] decoded;
        try {
            decoded = Base64.getDecoder()
                    .decode(authorization.substring(SCHEME.length()).trim());
        } catch (IllegalArgumentException e) {
            return null;
        }
        String text = new String(decoded, StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        return colon < 0 ? null : new BasicCredentials(text.substring(0, colon), text.substring(colon + 1));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "BasicCredentials[keyId=" + keyId + "]";
    }
}
