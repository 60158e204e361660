package io.millrace.query.admin;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with a request, all of it at once up to {@link #MOST}. For one thread. */
final class Problems {
    /** Nobody mends more in one go. */
    private static final int MOST = 100;

    /**
     * One thing that is wrong.
     *
     * @param path where in the body, such as {@code accounts[0].users[1].name}; empty for the body as a whole
     */
    record Problem(String path, String message) {
        @Override
        public String toString() {
            return path.isEmpty() ? message : path + ": " + message;
        }
    }

    private final List<Problem> list = new ArrayList<>();

    void add(String path, String message) {
        if (list.size() < MOST) {
            list.add(new Problem(path, message));
        }
    }

    /** Whether something is wrong with the part of the body at this path, or within it. */
    boolean within(String path) {
        return list.stream()
                .anyMatch(problem -> problem.path().equals(path)
                        || problem.path().startsWith(path + ".")
                        || problem.path().startsWith(path + "["));
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    List<Problem> list() {
        return List.copyOf(list);
    }

    /** @throws InvalidRequest when there are any */
    void throwIfAny() {
        if (!list.isEmpty()) {
            throw new InvalidRequest(list);
        }
    }
}
