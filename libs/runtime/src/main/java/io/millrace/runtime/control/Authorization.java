package io.millrace.runtime.control;

/** Whether a caller may do what it wants with an instance. */
public sealed interface Authorization {
    /** Go on; the records are those in force at the moment of the decision. */
    record Granted(Instance instance, User user, AccessKey key) implements Authorization {}

    /** No such key, wrong secret, disabled or expired: answer 401. */
    record Unauthenticated() implements Authorization {}

    /** The key is right, but its user has no such policy on the instance, or the instance is stopped: answer 403. */
    record Forbidden(String why) implements Authorization {}

    /** The key is right, but its account has no instance of that id: answer 404. */
    record UnknownInstance() implements Authorization {}

    /** This process has not yet read the control topic to its end: answer 503. */
    record NotReady() implements Authorization {}
}
