package io.millrace.processor.limits;

import io.millrace.model.TenantId;
import io.millrace.runtime.control.AccessControl;
import io.millrace.runtime.control.Instance;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The policies that the instances in the control tables ask for. A change is in force with the next batch. Thread-safe.
 *
 * <p>An instance that is deleted, stopped or not yet known has the defaults: its samples were acknowledged, so they are
 * processed.
 */
public final class ControlPolicies implements TenantPolicies {
    private record Made(Instance from, TenantPolicy policy) {}

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
        Made last = made.get(tenant);
        if (last == null || !last.from.equals(instance)) {
            last = new Made(instance, policy(instance));
            made.put(tenant, last);
        }
        return last.policy;
    }

    private static TenantPolicy policy(Instance instance) {
        return new TenantPolicy(instance.limits());
    }
}
