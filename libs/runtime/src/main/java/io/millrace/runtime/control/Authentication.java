package io.millrace.runtime.control;

/** Who a caller is. */
public sealed interface Authentication {
    /** The key and secret are right and in force. */
    record Authenticated(Account account, User user, AccessKey key) implements Authentication {}

    /** No such key, wrong secret, disabled or expired: the caller is not told which. */
    record Unauthenticated() implements Authentication {}

    /** This process has not yet read the control topic to its end: answer 503. */
    record NotReady() implements Authentication {}
}
