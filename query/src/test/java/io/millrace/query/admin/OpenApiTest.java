package io.millrace.query.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the specification of OpenAPI 3.1 asks of a description, and that it says what the API does. */
@SuppressWarnings("NullAway") // the routes are made, not called
class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private final List<AdminRoute> routes = AdminApi.routes(new AdminWork(null, null, null, null, null, null));
    private final JsonNode document = OpenApi.document(routes);

    @Test
    void shouldDescribeEachRouteWithItsParametersAndBody() {
        List<String> described = new ArrayList<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    assertThat(METHODS).contains(operation.getKey());
                    described.add(operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
                }));
        assertThat(described)
                .containsExactlyInAnyOrderElementsOf(routes.stream()
                        .map(route -> route.method() + " " + route.path())
                        .toList());
        for (AdminRoute route : routes) {
            JsonNode operation = document.at("/paths/" + route.path().replace("/", "~1") + "/"
                    + route.method().toLowerCase(java.util.Locale.ROOT));
            List<String> parameters = new ArrayList<>();
            operation
                    .get("parameters")
                    .forEach(each -> parameters.add(each.get("name").asText()));
            List<String> wanted = new ArrayList<>();
            if (route.path().contains("{id}")) {
                wanted.add("id");
            }
            route.parameters().forEach(each -> wanted.add(each.name()));
            assertThat(parameters).as(route.path()).isEqualTo(wanted);
            assertThat(operation.has("requestBody")).as(route.path()).isEqualTo(route.body() != null);
            assertThat(operation.at("/responses/default/description").asText()).isNotEmpty();
            assertThat(operation.get("summary").asText()).as(route.path()).endsWith(".");
        }
    }

    @Test
    void shouldBeWellFormed() {
        assertThat(document.get("openapi").asText()).matches("3\\.1\\.\\d");
        assertThat(document.at("/info/title").isTextual()).isTrue();
        assertThat(document.at("/info/version").isTextual()).isTrue();
        Set<String> ids = new HashSet<>();
        document.findValues("operationId")
                .forEach(id -> assertThat(ids.add(id.asText())).as(id.asText()).isTrue());
        document.findValues("$ref")
                .forEach(reference -> assertThat(
                                document.at(reference.asText().substring(1)).isObject())
                        .as(reference.asText())
                        .isTrue());
        document.findValues("parameters")
                .forEach(parameters -> parameters.forEach(parameter -> {
                    assertThat(parameter.get("in").asText()).isIn("path", "query");
                    assertThat(parameter.has("schema")).isTrue();
                    assertThat(parameter.path("required").asBoolean())
                            .isEqualTo(parameter.get("in").asText().equals("path"));
                }));
    }

    @Test
    void shouldNeverNameAHash() {
        assertThat(document.toString()).doesNotContain("secretHash");
    }
}
