package io.millrace.processor.refusals;

import io.millrace.model.RejectReason;

/**
 * Why a series was refused.
 *
 * @param message what the sender would have been told, with the value and the limit
 */
public record Refusal(RejectReason reason, String message) {}
