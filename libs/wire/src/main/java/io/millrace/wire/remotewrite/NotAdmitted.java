package io.millrace.wire.remotewrite;

import io.millrace.model.RejectReason;

/**
 * Why a series that is valid is refused all the same: its tenant is at a limit.
 *
 * @param detail a clause with actual value and limit
 */
public record NotAdmitted(RejectReason reason, String detail) {}
