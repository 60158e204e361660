package io.millrace.runtime.policy;

import io.millrace.model.TenantId;
import io.millrace.runtime.control.AccessControl;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.ProcessingRules;
import io.millrace.runtime.relabel.RelabelException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies that the instances in the control tables ask for. A change is in force with the next batch. Thread-safe.
 *
 * <p>An instance that is deleted, stopped or not yet known has the defaults: its samples were acknowledged, so they are
 * processed.
 */
public final class ControlPolicies implements TenantPolicies {
    private record Made(Instance from, @Nullable ProcessingRules rules, TenantPolicy policy) {}

    private static final Logger log = LoggerFactory.getLogger(ControlPolicies.class);

    private final AccessControl control;
    private final Map<TenantId, Made> made = new ConcurrentHashMap<>();

    public ControlPolicies(AccessControl control) {
        this.control = control;
    }

    @Override
    public TenantPolicy of(TenantId tenant) {
        Instance instance = control.instance(tenant);
        if (instance == null) {
            made.remove(tenant);
            return TenantPolicy.DEFAULT;
        }
        ProcessingRules rules = control.processing(tenant);
        Made last = made.get(tenant);
        if (last == null || !last.from.equals(instance) || !Objects.equals(last.rules, rules)) {
            last = new Made(instance, rules, make(last, instance, rules));
            made.put(tenant, last);
        }
        return last.policy;
    }

    @Override
    public boolean isRunning(TenantId tenant) {
        Instance instance = control.instance(tenant);
        return instance != null && instance.status() == Instance.Status.RUNNING;
    }

    private static TenantPolicy make(@Nullable Made last, Instance instance, @Nullable ProcessingRules rules) {
        if (rules == null) {
            return new TenantPolicy(instance.limits());
        }
        if (last != null && rules.equals(last.rules)) {
            return new TenantPolicy(instance.limits(), last.policy.rules());
        }
        try {
            return new TenantPolicy(instance.limits(), LabelRules.of(rules));
        } catch (RelabelException e) {
            // Rules are checked when they are set; these were set by a version that knew more than this one.
            log.error("rules ignored, the ones before stay in force instance={}", instance.id(), e);
            return new TenantPolicy(instance.limits(), last == null ? LabelRules.NONE : last.policy.rules());
        }
    }
}
