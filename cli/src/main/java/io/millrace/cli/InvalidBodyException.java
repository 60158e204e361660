package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The service refuses what it was sent: everything that is wrong, with the places where it stands. */
final class InvalidBodyException extends CliException {
    private static final long serialVersionUID = 1L;

    /**
     * One thing that is wrong.
     *
     * @param path such as {@code accounts[0].users[1].name}, may be empty
     */
    record Problem(String path, String message) {}

    private final transient List<Problem> problems;

    InvalidBodyException(String message, JsonNode problems) {
        super(FAILED, AdminClient.sentence(message));
        List<Problem> list = new ArrayList<>();
        problems.forEach(each -> list.add(
                new Problem(each.path("path").asText(), each.path("message").asText())));
        this.problems = List.copyOf(list);
    }

    List<Problem> problems() {
        return problems;
    }
}
