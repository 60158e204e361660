package io.millrace.query.admin;

import io.millrace.query.admin.Problems.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A request whose body or parameters are not allowed: 400. */
final class InvalidRequest extends RuntimeException {
    private final transient List<Problem> problems;

    InvalidRequest(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")), null, false, false);
        this.problems = List.copyOf(problems);
    }

    InvalidRequest(String message) {
        this(List.of(new Problem("", message)));
    }

    List<Problem> problems() {
        return problems;
    }
}
