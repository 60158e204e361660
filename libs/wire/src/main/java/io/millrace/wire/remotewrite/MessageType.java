package io.millrace.wire.remotewrite;

/** The two protobuf messages of remote write. The sender names it in the parameter {@code proto} of Content-Type. */
public enum MessageType {
    /** Remote write 1.0. */
    WRITE_REQUEST_V1("prometheus.WriteRequest"),
    /** Remote write 2.0 (2.0-rc.4, and the start timestamps of rc.0 to rc.3). */
    REQUEST_V2("io.prometheus.write.v2.Request");

    private final String protoName;

    MessageType(String protoName) {
        this.protoName = protoName;
    }

    /** The full name of the message. */
    public String protoName() {
        return protoName;
    }
}
