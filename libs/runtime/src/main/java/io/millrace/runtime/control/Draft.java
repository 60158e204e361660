package io.millrace.runtime.control;

import io.millrace.runtime.control.ControlOperations.NewKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Several changes that are worked out one after the other and come into force together, or not at all. Each sees the ones
 * before it, on a copy of the records; what is in force does not change. For one thread.
 */
public final class Draft {
    private final ControlState state;
    private final Clock clock;
    private final Actor actor;
    private final List<Change> changes = new ArrayList<>();

    /** @param inForce is copied */
    public Draft(ControlState inForce, Clock clock, Actor actor) {
        this.state = inForce.copy();
        this.clock = clock;
        this.actor = actor;
    }

    /** The records as they would be. */
    public ControlState state() {
        return state;
    }

    /** The changes so far, those that change nothing left out. */
    public List<Change> changes() {
        return List.copyOf(changes);
    }

    /**
     * Adds a change.
     *
     * @throws ControlOperationException when it is refused; the draft is as it was
     */
    public Change make(ControlChanges.Operation operation) throws ControlOperationException {
        Change change = operation.on(new ControlOperations(state, clock, actor));
        add(change);
        return change;
    }

    /** Adds a change that makes a key; its secret is worth something once the draft is published. */
    public NewKey makeKey(ControlChanges.KeyOperation operation) throws ControlOperationException {
        NewKey made = operation.on(new ControlOperations(state, clock, actor));
        add(made.change());
        return made;
    }

    private void add(Change change) {
        if (!change.steps().isEmpty()) {
            change.steps().forEach(step -> state.set(step.key(), step.after()));
            changes.add(change);
        }
    }
}
