package io.millrace.gateway.http;

import io.millrace.model.RejectReason;
import io.millrace.model.TenantId;
import io.millrace.runtime.control.Access;
import io.millrace.runtime.control.AccessControl;
import io.millrace.runtime.control.Authentication;
import io.millrace.runtime.control.Authorization;
import io.millrace.runtime.control.Instance;
import java.util.List;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Who may write where: finds the instance of a request and asks the control tables. Thread-safe. */
final class WriteAccess {
    private final AccessControl control;
    private final Function<Authentication.Authenticated, List<Instance>> writable;
    private final @Nullable String domain;

    /**
     * @param writable the instances a caller may write to
     * @param domain see {@link WriteAddress#inHost}
     */
    WriteAccess(
            AccessControl control,
            Function<Authentication.Authenticated, List<Instance>> writable,
            @Nullable String domain) {
        this.control = control;
        this.writable = writable;
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
            return new Decision.Refused(Answer.unavailable("the gateway is still reading accounts and keys"));
        }
        String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        BasicCredentials credentials = BasicCredentials.parse(authorization);
        if (credentials == null) {
            return unauthenticated(
                    authorization == null
                            ? "there are no credentials; set basic_auth with an AccessKey id and secret"
                            : "the credentials are not basic authentication");
        }
        String named = instanceName(request, address);
        if (named == null) {
            return onlyWritable(request, credentials);
        }
        if (!TenantId.isValid(named)) {
            // as with any unknown instance, a stranger is not told that it does not exist
            return control.authenticate(credentials.keyId(), credentials.secret())
                            instanceof Authentication.Authenticated
                    ? unknownInstance(request, named)
                    : wrongKey();
        }
        Authorization decision =
                control.decide(credentials.keyId(), credentials.secret(), new TenantId(named), Access.WRITE);
        if (decision instanceof Authorization.Granted granted) {
            return new Decision.Granted(granted.instance());
        }
        if (decision instanceof Authorization.Forbidden forbidden) {
            return refused(HttpStatus.FORBIDDEN_403, RejectReason.FORBIDDEN, forbidden.why());
        }
        if (decision instanceof Authorization.UnknownInstance) {
            return unknownInstance(request, named);
        }
        if (decision instanceof Authorization.NotReady) {
            return new Decision.Refused(Answer.unavailable("the gateway is still reading accounts and keys"));
        }
        return wrongKey();
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

    private Decision onlyWritable(Request request, BasicCredentials credentials) {
        Authentication caller = control.authenticate(credentials.keyId(), credentials.secret());
        if (caller instanceof Authentication.NotReady) {
            return new Decision.Refused(Answer.unavailable("the gateway is still reading accounts and keys"));
        }
        if (!(caller instanceof Authentication.Authenticated authenticated)) {
            return wrongKey();
        }
        List<Instance> instances = writable.apply(authenticated);
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

    private static Decision unauthenticated(String why) {
        return new Decision.Refused(Answer.unauthenticated(RejectReason.UNAUTHENTICATED.id() + ": " + why));
    }

    private static Decision wrongKey() {
        return unauthenticated("the AccessKey id or secret is wrong, or the key is disabled or expired; "
                + RejectReason.UNAUTHENTICATED.remedy());
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
