package io.millrace.query.admin;

import io.millrace.runtime.control.AuditTrail;
import io.millrace.runtime.control.ControlChanges;
import io.millrace.runtime.control.ControlState;
import io.millrace.runtime.control.KeyUseTable;
import java.time.Clock;

/**
 * What the admin API works with.
 *
 * @param changes makes changes
 * @param state shows what there is
 * @param audit shows who changed what
 * @param uses shows when keys were used last
 * @param addresses where instances are written and read
 */
public record AdminWork(
        ControlChanges changes,
        ControlState state,
        AuditTrail audit,
        KeyUseTable uses,
        Addresses addresses,
        Clock clock) {}
