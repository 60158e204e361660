package io.millrace.query.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.admin.AdminRoute.Answer;
import io.millrace.query.admin.AdminRoute.Param;
import io.millrace.query.admin.Shape.Struct;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The description of the admin API in OpenAPI 3.1, made from its routes. Stateless. */
final class OpenApi {
    private static final String DESCRIPTION =
            "Accounts, users, access keys, instances, their rules, and the audit trail. Basic authentication with an"
                    + " AccessKey whose user has the policy full on all instances; administrators of an operator's"
                    + " account see and change every account. A change is in force everywhere within two seconds.";

    private OpenApi() {}

    static ObjectNode document(List<AdminRoute> routes) {
        ObjectNode document = Fields.object().put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Millrace admin API")
                .put("version", "1")
                .put("description", DESCRIPTION);
        document.putArray("servers").addObject().put("url", "/admin/v1");
        document.putArray("security").addObject().putArray("accessKey");
        ObjectNode paths = document.putObject("paths");
        for (AdminRoute route : routes) {
            paths.withObjectProperty(route.path()).set(route.method().toLowerCase(Locale.ROOT), operation(route));
        }
        ObjectNode components = document.putObject("components");
        components
                .putObject("securitySchemes")
                .putObject("accessKey")
                .put("type", "http")
                .put("scheme", "basic");
        components.set("schemas", schemas());
        return document;
    }

    private static ObjectNode operation(AdminRoute route) {
        ObjectNode operation =
                Fields.object().put("operationId", operationId(route)).put("summary", route.summary());
        operation.putArray("tags").add(route.path().split("/", -1)[1]);
        ArrayNode parameters = operation.putArray("parameters");
        if (route.path().contains("{id}")) {
            parameter(parameters, "id", "path").put("required", true).set("schema", Shapes.TEXT.schema());
        }
        for (Param param : route.parameters()) {
            Shape shape = param.several() ? new Shape.Items(param.shape()) : param.shape();
            parameter(parameters, param.name(), "query")
                    .put("description", param.description())
                    .set("schema", shape.schema());
        }
        Struct body = route.body();
        if (body != null) {
            boolean needed = body.fields().values().stream().anyMatch(Shape.Field::needed);
            json(operation.putObject("requestBody").put("required", needed), body.schema());
        }
        ObjectNode responses = operation.putObject("responses");
        boolean made = route.method().equals("POST") && route.answer() != Answer.OTHER;
        json(
                responses.putObject(made ? "201" : "200").put("description", made ? "made" : "done"),
                route.list() ? page(answer(route.answer())) : answer(route.answer()));
        json(responses.putObject("default").put("description", "refused"), reference("Error"));
        return operation;
    }

    private static ObjectNode parameter(ArrayNode parameters, String name, String in) {
        return parameters.addObject().put("name", name).put("in", in);
    }

    /** {@code POST /keys/{id}/rotate} is {@code postKeysIdRotate}. */
    private static String operationId(AdminRoute route) {
        StringBuilder id = new StringBuilder(route.method().toLowerCase(Locale.ROOT));
        for (String part : route.path().replaceAll("[{}]", "").substring(1).split("/", -1)) {
            id.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
        }
        return id.toString();
    }

    private static void json(ObjectNode parent, JsonNode schema) {
        parent.putObject("content").putObject("application/json").set("schema", schema);
    }

    private static ObjectNode reference(String schema) {
        return Fields.object().put("$ref", "#/components/schemas/" + schema);
    }

    private static ObjectNode answer(Answer answer) {
        return switch (answer) {
            case ACCOUNT -> reference("Account");
            case USER -> reference("User");
            case KEY -> reference("Key");
            case NEW_KEY -> reference("NewKey");
            case INSTANCE -> reference("Instance");
            case PROCESSING -> reference("Processing");
            case AUDIT_ENTRY -> reference("AuditEntry");
            case OTHER, NOTHING -> Fields.object().put("type", "object");
        };
    }

    private static ObjectNode page(ObjectNode item) {
        ObjectNode page = Fields.object().put("type", "object");
        ObjectNode properties = page.putObject("properties");
        properties.putObject("items").put("type", "array").set("items", item);
        properties
                .putObject("total")
                .put("type", "integer")
                .put("description", "over all pages; not of the audit trail");
        properties
                .putObject("nextToken")
                .put("type", "string")
                .put("description", "for the next page; absent on the last");
        page.putArray("required").add("items");
        return page;
    }

    private static ObjectNode schemas() {
        Struct key = Shapes.without(Shapes.KEY, "secretHash")
                .with("lastUsed", new Shape.Time(), "within a minute; absent when never or long ago")
                .with("lastUsedFrom", Shapes.TEXT, "the address it was used from");
        Shape addresses = address();
        ObjectNode schemas = Fields.object();
        schemas.set("Account", Shapes.ACCOUNT.schema());
        schemas.set("User", Shapes.USER.schema());
        schemas.set("Key", key.schema());
        schemas.set("NewKey", key.with("secret", Shapes.TEXT, "shown this once").schema());
        schemas.set(
                "Instance",
                Shapes.INSTANCE
                        .with("paths", addresses, "paths of its addresses")
                        .with(
                                "addresses",
                                new Struct(Map.of())
                                        .with("internet", addresses, "")
                                        .with("internal", addresses, ""),
                                "its addresses as far as the operator configured the bases; null otherwise")
                        .schema());
        schemas.set("Processing", Shapes.PROCESSING.schema());
        schemas.set("AuditEntry", auditEntry());
        schemas.set("Error", error());
        return schemas;
    }

    private static Struct address() {
        return new Struct(Map.of())
                .with("write", Shapes.TEXT, "remote write")
                .with("read", Shapes.TEXT, "remote read")
                .with("query", Shapes.TEXT, "base of the Prometheus HTTP API");
    }

    private static ObjectNode auditEntry() {
        ObjectNode schema = new Struct(Map.of())
                .with("at", new Shape.Time(), "")
                .with("userId", Shapes.TEXT, "who; a part of Millrace itself is in brackets")
                .with("keyId", Shapes.TEXT, "with which key")
                .with("address", Shapes.TEXT, "from where")
                .with("action", Shapes.TEXT, "such as key.rotate")
                .with("target", Shapes.TEXT, "which record, such as key/MK...")
                .schema();
        for (String side : List.of("before", "after")) {
            schema.withObjectProperty("properties")
                    .putObject(side)
                    .putArray("type")
                    .add("object")
                    .add("null");
        }
        return schema;
    }

    private static ObjectNode error() {
        Shape problem = new Struct(Map.of())
                .with("path", Shapes.TEXT, "where in the body")
                .with("message", Shapes.TEXT, "what is wrong");
        Struct error = new Struct(Map.of())
                .with("reason", Shapes.TEXT, "for programs")
                .with("message", Shapes.TEXT, "for people")
                .with("problems", new Shape.Items(problem), "each by itself, when the body is not allowed");
        return new Struct(Map.of()).with("error", error, "").schema();
    }
}
