package io.millrace.runtime.control;

import static io.millrace.runtime.control.ControlOperationException.Reason.INVALID;

import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.runtime.relabel.RelabelException;
import io.millrace.runtime.relabel.Relabeling;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What values control records may have. Pure. */
final class ControlRules {
    private static final int MAX_NAME = 128;
    private static final int MAX_REGION = 64;
    private static final int MAX_TAGS = 20;
    private static final int MAX_TAG_NAME = 64;
    private static final int MAX_TAG_VALUE = 256;
    private static final int MAX_POLICIES = 20;
    private static final int MAX_NETWORKS = 50;

    /** Ten years; what the longest class of the store is made for. */
    private static final int MAX_RETENTION_DAYS = 3650;

    /** What the slow way of a new series may cost; known series do not see rules. */
    private static final int MAX_RELABEL_RULES = 100;

    private static final int MAX_DROPPED_METRICS = 1000;
    private static final Duration MIN_FAILOVER = Duration.ofSeconds(10);
    private static final Duration MAX_FAILOVER = Duration.ofMinutes(10);

    private ControlRules() {}

    static void id(String what, String id) throws ControlOperationException {
        if (!TenantId.isValid(id)) {
            throw invalid("the id of " + what
                    + " must be 1 to 64 of a-z, 0-9 and '-', not beginning or ending with '-'; it is '" + id + "'");
        }
    }

    static void name(String name) throws ControlOperationException {
        text("name", name, 1, MAX_NAME);
    }

    static void region(String region) throws ControlOperationException {
        text("region", region, 0, MAX_REGION);
    }

    static void processing(ProcessingRules rules) throws ControlOperationException {
        if (rules.dropMetrics().size() > MAX_DROPPED_METRICS) {
            throw invalid("dropMetrics can have " + MAX_DROPPED_METRICS + " patterns, these are "
                    + rules.dropMetrics().size());
        }
        if (rules.relabel().size() > MAX_RELABEL_RULES) {
            throw invalid("relabel can have " + MAX_RELABEL_RULES + " rules, these are "
                    + rules.relabel().size());
        }
        try {
            Relabeling.compile(rules.relabel());
        } catch (RelabelException e) {
            throw invalid("relabel: " + e.getMessage());
        }
        try {
            Relabeling.dropping(rules.dropMetrics());
        } catch (RelabelException e) {
            throw invalid("dropMetrics: " + e.getMessage());
        }
        ProcessingRules.HaReplicas ha = rules.ha();
        if (ha != null) {
            boolean names = !ha.clusterLabel().isEmpty()
                    && !ha.replicaLabel().isEmpty()
                    && !ha.clusterLabel().equals(ha.replicaLabel());
            if (!names) {
                throw invalid("ha: clusterLabel and replicaLabel must be two different names");
            }
            if (ha.failover().compareTo(MIN_FAILOVER) < 0 || ha.failover().compareTo(MAX_FAILOVER) > 0) {
                throw invalid("ha: failover must be 10 s to 10 min, it is " + ha.failover());
            }
        }
    }

    private static void text(String what, String text, int least, int most) throws ControlOperationException {
        boolean control = text.codePoints().anyMatch(Character::isISOControl);
        if (text.isBlank() && least > 0 || text.length() > most || control) {
            throw invalid(
                    what + " must have " + least + " to " + most + " characters, none of them control characters");
        }
    }

    static void tags(Map<String, String> tags) throws ControlOperationException {
        if (tags.size() > MAX_TAGS) {
            throw invalid("an instance can have " + MAX_TAGS + " tags, these are " + tags.size());
        }
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            text("the name of a tag", tag.getKey(), 1, MAX_TAG_NAME);
            text("the value of tag '" + tag.getKey() + "'", tag.getValue(), 0, MAX_TAG_VALUE);
        }
    }

    static void retention(int days) throws ControlOperationException {
        if (days < 1 || days > MAX_RETENTION_DAYS) {
            throw invalid("retention must be 1 to " + MAX_RETENTION_DAYS + " days; it is " + days);
        }
    }

    static void networks(String what, List<Network> networks) throws ControlOperationException {
        if (networks.size() > MAX_NETWORKS) {
            throw invalid(what + " can have " + MAX_NETWORKS + " networks, these are " + networks.size());
        }
    }

    /** Policies whose instances exist in the account; {@code state} is asked for them. */
    static void policies(List<Policy> policies, String accountId, ControlState state) throws ControlOperationException {
        if (policies.size() > MAX_POLICIES) {
            throw invalid("a user can have " + MAX_POLICIES + " policies, these are " + policies.size());
        }
        for (Policy policy : policies) {
            if (policy.instances().isEmpty()) {
                throw invalid("a policy needs instances: ids, or '*' for all of the account");
            }
            for (String id : policy.instances()) {
                if (id.equals(Policy.ALL)) {
                    continue;
                }
                Instance instance = TenantId.isValid(id) ? state.instance(new TenantId(id)) : null;
                if (instance == null || !instance.accountId().equals(accountId)) {
                    throw invalid(
                            "a policy names instance '" + id + "', which account '" + accountId + "' does not have");
                }
            }
        }
    }

    /** Every limit is a positive number or duration, at most its hard cap; also those that the record may get later. */
    static void limits(TenantLimits limits) throws ControlOperationException {
        for (RecordComponent component : TenantLimits.class.getRecordComponents()) {
            Object value = valueOf(component, limits);
            boolean positive = !(value instanceof Number number && number.doubleValue() <= 0)
                    && !(value instanceof Duration duration && (duration.isZero() || duration.isNegative()));
            if (!positive) {
                throw invalid("limit " + component.getName() + " must be more than zero; it is " + value);
            }
            Object cap = valueOf(component, TenantLimits.HARD_CAPS);
            boolean above = value instanceof Number number && number.doubleValue() > ((Number) cap).doubleValue()
                    || value instanceof Duration duration && duration.compareTo((Duration) cap) > 0;
            if (above) {
                throw invalid("limit " + component.getName() + " can be " + cap + " at most; it is " + value);
            }
        }
    }

    private static Object valueOf(RecordComponent component, TenantLimits limits) {
        try {
            return component.getAccessor().invoke(limits);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a component of a public record can be read", e);
        }
    }

    private static ControlOperationException invalid(String message) {
        return new ControlOperationException(INVALID, message);
    }
}
