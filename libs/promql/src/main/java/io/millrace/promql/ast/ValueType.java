package io.millrace.promql.ast;

/** The types of PromQL expressions. */
public enum ValueType {
    /** Of something that has no value, such as a call of an unknown function. */
    NONE("none", "none"),
    SCALAR("scalar", "scalar"),
    VECTOR("vector", "instant vector"),
    MATRIX("matrix", "range vector"),
    STRING("string", "string");

    private final String typeName;
    private final String documentedName;

    ValueType(String typeName, String documentedName) {
        this.typeName = typeName;
        this.documentedName = documentedName;
    }

    /** As {@code resultType} of the HTTP API. */
    public String typeName() {
        return typeName;
    }

    /** As in messages to users. */
    public String documentedName() {
        return documentedName;
    }
}
