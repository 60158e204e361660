package io.millrace.query.admin;

import io.millrace.runtime.control.AuditTrail;
import io.millrace.runtime.control.ControlChanges;
import io.millrace.runtime.control.ControlTables;
import io.millrace.runtime.control.KeyUseTable;
import java.time.Clock;

/**
 * What the admin API works with.
 *
 * @param changes makes changes
 * @param tables shows what there is
 * @param audit shows who changed what
 * @param uses shows when keys were used last
 */
public record AdminWork(
        ControlChanges changes, ControlTables tables, AuditTrail audit, KeyUseTable uses, Clock clock) {}
