package io.millrace.gateway.http;

import io.millrace.model.TenantId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The addresses under which senders know the write endpoint, and how the instance stands in them. Stateless.
 *
 * <pre>
 * /prometheus/{instance}/api/v1/write   /prometheus/{instance}/api/v3/write   the instance is in the path
 * /api/v1/write   /api/v3/write   /api/prom_write                             it is in the header X-Millrace-Instance,
 *                                                                             or the host name {instance}.domain,
 *                                                                             or the only one the key may write to
 * </pre>
 */
final class WriteAddress {
    static final String INSTANCE_HEADER = "X-Millrace-Instance";

    private static final Pattern WITH_INSTANCE = Pattern.compile("/prometheus/([^/]{1,64})/api/v[13]/write/?");
    private static final Pattern WITHOUT_INSTANCE = Pattern.compile("/api/(v[13]/write|prom_write)/?");

    private WriteAddress() {}

    /**
     * A path of the write endpoint.
     *
     * @param instance what stands in the path; null when the path names no instance
     */
    record Match(@Nullable String instance) {}

    /** Null when there is nothing at this path. */
    static @Nullable Match match(String path) {
        Matcher matcher = WITH_INSTANCE.matcher(path);
        if (matcher.matches()) {
            return new Match(matcher.group(1));
        }
        return WITHOUT_INSTANCE.matcher(path).matches() ? new Match(null) : null;
    }

    /** The instance in a host name {@code <instance>.<domain>}; null when the host is another one. */
    static @Nullable String inHost(String host, @Nullable String domain) {
        if (domain == null || domain.isBlank()) {
            return null;
        }
        String suffix = "." + domain;
        int length = host.length() - suffix.length();
        if (length <= 0 || !host.regionMatches(true, length, suffix, 0, suffix.length())) {
            return null;
        }
        String instance = host.substring(0, length).toLowerCase(java.util.Locale.ROOT);
        return TenantId.isValid(instance) ? instance : null;
    }
}
