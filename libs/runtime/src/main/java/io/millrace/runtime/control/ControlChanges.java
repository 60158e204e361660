package io.millrace.runtime.control;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Makes changes: works one out, publishes it, and waits until it is in force in this process, so that the next sees it.
 * One for each process; calls wait for each other.
 *
 * <p>Two processes may make changes at the same time. Then the later record of one key wins as a whole: of two people who
 * change different fields of one user at the same moment, one change is lost, and the audit trail shows both.
 */
public final class ControlChanges {
    private static final Duration APPLY_LIMIT = Duration.ofSeconds(10);

    private final ControlTables tables;
    private final ControlPublisher publisher;
    private final Clock clock;

    public ControlChanges(ControlTables tables, ControlPublisher publisher, Clock clock) {
        this.tables = tables;
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Works out a change with the operations it is given. */
    @FunctionalInterface
    public interface Operation {
        Change on(ControlOperations operations) throws ControlOperationException;
    }

    /** Works out a change that makes a key. */
    @FunctionalInterface
    public interface KeyOperation {
        ControlOperations.NewKey on(ControlOperations operations) throws ControlOperationException;
    }

    /**
     * Makes a change.
     *
     * @throws ControlOperationException when it is refused; nothing has changed
     * @throws ControlPublishException when Kafka did not confirm it
     * @throws IllegalStateException when the tables are not ready
     */
    public synchronized Change make(Actor actor, Operation operation) throws ControlOperationException {
        Change change = operation.on(operations(actor));
        publish(List.of(change));
        return change;
    }

    /** As {@link #make}, for a change that makes a key. */
    public synchronized ControlOperations.NewKey makeKey(Actor actor, KeyOperation operation)
            throws ControlOperationException {
        ControlOperations.NewKey made = operation.on(operations(actor));
        publish(List.of(made.change()));
        return made;
    }

    /** Works out several changes on a draft. */
    @FunctionalInterface
    public interface Drafting<T> {
        T on(Draft draft) throws ControlOperationException;
    }

    /**
     * Makes several changes in one transaction: all of them come into force, or none.
     *
     * @throws ControlOperationException when {@code drafting} throws it; nothing has changed
     * @throws ControlPublishException when Kafka did not confirm them
     * @throws IllegalStateException when the tables are not ready
     */
    public synchronized <T> T makeAll(Actor actor, Drafting<T> drafting) throws ControlOperationException {
        Draft draft = draft(actor);
        T result = drafting.on(draft);
        publish(draft.changes());
        return result;
    }

    /** As {@link #makeAll}, but nothing comes into force. */
    public synchronized <T> T rehearse(Actor actor, Drafting<T> drafting) throws ControlOperationException {
        return drafting.on(draft(actor));
    }

    private Draft draft(Actor actor) {
        requireReady();
        return new Draft(tables.state(), clock, actor);
    }

    private ControlOperations operations(Actor actor) {
        requireReady();
        return new ControlOperations(tables.state(), clock, actor);
    }

    private void requireReady() {
        if (!tables.ready()) {
            throw new IllegalStateException("the control tables are not ready");
        }
    }

    private void publish(List<Change> changes) {
        long offset = publisher.publishChanges(changes);
        try {
            if (offset >= 0 && !tables.awaitApplied(offset, APPLY_LIMIT)) {
                throw new ControlPublishException(
                        "the change is published but was not seen here within " + APPLY_LIMIT.toSeconds() + " s",
                        new IllegalStateException("offset " + offset + " not applied"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlPublishException("interrupted before the change was seen here", e);
        }
    }
}
