package io.millrace.gateway.http;

import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.runtime.control.Access;
import io.millrace.runtime.control.Authentication;
import io.millrace.runtime.control.Authorization;
import io.millrace.runtime.control.BasicCredentials;
import io.millrace.runtime.control.ControlState;
import io.millrace.runtime.control.FailedAttempts;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.KeyUses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Who may write where: finds the instance of a request and asks the control tables. Failed attempts are limited by address
 * and key id, but only after they have failed, so that a valid key is never locked out. Thread-safe.
 */
final class WriteAccess {
    private final ControlState control;
    private final FailedAttempts failures;
    private final KeyUses uses;
    private final @Nullable String domain;

    /** @param domain see {@link WriteAddress#inHost} */
    WriteAccess(ControlState control, FailedAttempts failures, KeyUses uses, @Nullable String domain) {
        this.control = control;
        this.failures = failures;
        this.uses = uses;
        this.domain = domain;
    }

    sealed interface Decision {
        /** The sender may write to this instance. */
        record Granted(Instance instance) implements Decision {}

        /** It may not. */
        record Refused(Answer answer) implements Decision {}
    }

    Decision decide(Request request, WriteAddress.Match address) {
        if (!control.ready()) {
            return notReady();
        }
        String named = instanceName(request, address);
        String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (authorization == null) {
            return withoutKey(request, named);
        }
        BasicCredentials credentials = BasicCredentials.parse(authorization);
        if (credentials == null) {
            return failed(request, "", "the credentials are not basic authentication");
        }
        Authentication caller = control.authenticate(credentials.keyId(), credentials.secret());
        if (caller instanceof Authentication.NotReady) {
            return notReady();
        }
        if (!(caller instanceof Authentication.Authenticated authenticated)) {
            return failed(
                    request,
                    credentials.keyId(),
                    "the AccessKey id or secret is wrong, or the key is disabled or expired; "
                            + RejectReason.UNAUTHENTICATED.remedy());
        }
        uses.note(credentials.keyId(), address(request).getHostAddress());
        return named == null ? onlyWritable(request, authenticated) : named(request, authenticated, named);
    }

    /** Some instances take data from listed networks without a key. */
    private Decision withoutKey(Request request, @Nullable String named) {
        Instance open = named != null && TenantId.isValid(named)
                ? control.openTo(address(request), new TenantId(named), Access.WRITE)
                : null;
        return open != null
                ? new Decision.Granted(open)
                : failed(request, "", "there are no credentials; set basic_auth with an AccessKey id and secret");
    }

    private Decision named(Request request, Authentication.Authenticated caller, String named) {
        if (!TenantId.isValid(named)) {
            return unknownInstance(request, named);
        }
        Authorization decision = control.authorize(caller, new TenantId(named), Access.WRITE);
        if (decision instanceof Authorization.Granted granted) {
            return new Decision.Granted(granted.instance());
        }
        if (decision instanceof Authorization.Forbidden forbidden) {
            return refused(HttpStatus.FORBIDDEN_403, RejectReason.FORBIDDEN, forbidden.why());
        }
        return unknownInstance(request, named);
    }

    private @Nullable String instanceName(Request request, WriteAddress.Match address) {
        if (address.instance() != null) {
            return address.instance();
        }
        String header = request.getHeaders().get(WriteAddress.INSTANCE_HEADER);
        return header != null && !header.isBlank()
                ? header.trim()
                : WriteAddress.inHost(Request.getServerName(request), domain);
    }

    private Decision onlyWritable(Request request, Authentication.Authenticated caller) {
        List<Instance> instances = control.instancesFor(caller, Access.WRITE);
        return switch (instances.size()) {
            case 0 -> refused(HttpStatus.FORBIDDEN_403, RejectReason.FORBIDDEN, "the key may write to no instance");
            case 1 -> new Decision.Granted(instances.get(0));
            default ->
                refused(
                        HttpStatus.NOT_FOUND_404,
                        RejectReason.UNKNOWN_INSTANCE,
                        "the key may write to several instances and the address names none; use " + writeUrl(request)
                                + " or the header " + WriteAddress.INSTANCE_HEADER);
        };
    }

    private static Decision notReady() {
        return new Decision.Refused(Answer.unavailable("the gateway is still reading accounts and keys"));
    }

    private Decision failed(Request request, String keyId, String why) {
        int seconds = failures.failed(address(request), keyId);
        return new Decision.Refused(
                seconds == 0
                        ? Answer.unauthenticated(RejectReason.UNAUTHENTICATED.id() + ": " + why)
                        : Answer.tooManyFailures(seconds));
    }

    private static InetAddress address(Request request) {
        SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
        return remote instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    private static Decision refused(int status, RejectReason reason, String why) {
        return new Decision.Refused(Answer.of(status, reason.id() + ": " + why + "; " + reason.remedy()));
    }

    private Decision unknownInstance(Request request, String name) {
        return refused(
                HttpStatus.NOT_FOUND_404,
                RejectReason.UNKNOWN_INSTANCE,
                "your account has no instance \"" + name + "\"; remote write addresses are " + writeUrl(request));
    }

    /** The remote write address, as this sender would see it. */
    String writeUrl(Request request) {
        return request.getHttpURI().getScheme() + "://" + request.getHttpURI().getAuthority()
                + "/prometheus/<instance>/api/v1/write";
    }
}
