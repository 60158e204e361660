package io.millrace.wire.remoteread;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;

/** The messages of remote read as protobuf-java knows them, to check ours against. */
final class PrometheusMessages {
    private static final FileDescriptor FILE = file();

    private PrometheusMessages() {}

    static Descriptor descriptor(String name) {
        return FILE.findMessageTypeByName(name);
    }

    static DynamicMessage parse(String name, byte[] bytes) {
        try {
            DynamicMessage message = DynamicMessage.parseFrom(descriptor(name), bytes);
            if (!message.getUnknownFields().asMap().isEmpty()) {
                throw new AssertionError("unknown fields " + message.getUnknownFields());
            }
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static FileDescriptor file() {
        FileDescriptorProto file = FileDescriptorProto.newBuilder()
                .setName("remote.proto")
                .setPackage("prometheus")
                .setSyntax("proto3")
                .addEnumType(enumeration("ResponseType", "SAMPLES", "STREAMED_XOR_CHUNKS", "FROM_THE_FUTURE"))
                .addEnumType(enumeration("MatchType", "EQ", "NEQ", "RE", "NRE"))
                .addEnumType(enumeration("Encoding", "UNKNOWN", "XOR", "HISTOGRAM", "FLOAT_HISTOGRAM"))
                .addMessageType(message(
                        "ReadRequest",
                        repeated(1, "queries", "Query"),
                        repeated(field(2, "accepted_response_types", Type.TYPE_ENUM)
                                .setTypeName("ResponseType"))))
                .addMessageType(message(
                        "Query",
                        field(1, "start_timestamp_ms", Type.TYPE_INT64),
                        field(2, "end_timestamp_ms", Type.TYPE_INT64),
                        repeated(3, "matchers", "LabelMatcher"),
                        field(4, "hints", Type.TYPE_MESSAGE).setTypeName("ReadHints")))
                .addMessageType(message(
                        "LabelMatcher",
                        field(1, "type", Type.TYPE_ENUM).setTypeName("MatchType"),
                        field(2, "name", Type.TYPE_STRING),
                        field(3, "value", Type.TYPE_STRING)))
                .addMessageType(message(
                        "ReadHints",
                        field(1, "step_ms", Type.TYPE_INT64),
                        field(2, "func", Type.TYPE_STRING),
                        field(3, "start_ms", Type.TYPE_INT64),
                        field(4, "end_ms", Type.TYPE_INT64),
                        repeated(field(5, "grouping", Type.TYPE_STRING)),
                        field(6, "by", Type.TYPE_BOOL),
                        field(7, "range_ms", Type.TYPE_INT64)))
                .addMessageType(message("ReadResponse", repeated(1, "results", "QueryResult")))
                .addMessageType(message("QueryResult", repeated(1, "timeseries", "TimeSeries")))
                .addMessageType(message(
                        "TimeSeries",
                        repeated(1, "labels", "Label"),
                        repeated(2, "samples", "Sample"),
                        repeated(field(4, "histograms", Type.TYPE_BYTES))))
                .addMessageType(
                        message("Label", field(1, "name", Type.TYPE_STRING), field(2, "value", Type.TYPE_STRING)))
                .addMessageType(
                        message("Sample", field(1, "value", Type.TYPE_DOUBLE), field(2, "timestamp", Type.TYPE_INT64)))
                .addMessageType(message(
                        "ChunkedReadResponse",
                        repeated(1, "chunked_series", "ChunkedSeries"),
                        field(2, "query_index", Type.TYPE_INT64)))
                .addMessageType(
                        message("ChunkedSeries", repeated(1, "labels", "Label"), repeated(2, "chunks", "Chunk")))
                .addMessageType(message(
                        "Chunk",
                        field(1, "min_time_ms", Type.TYPE_INT64),
                        field(2, "max_time_ms", Type.TYPE_INT64),
                        field(3, "type", Type.TYPE_ENUM).setTypeName("Encoding"),
                        field(4, "data", Type.TYPE_BYTES)))
                .build();
        try {
            return FileDescriptor.buildFrom(file, new FileDescriptor[0]);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DescriptorProto message(String name, FieldDescriptorProto.Builder... fields) {
        DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name);
        for (FieldDescriptorProto.Builder field : fields) {
            message.addField(field);
        }
        return message.build();
    }

    private static FieldDescriptorProto.Builder field(int number, String name, Type type) {
        return FieldDescriptorProto.newBuilder()
                .setNumber(number)
                .setName(name)
                .setType(type)
                .setLabel(Label.LABEL_OPTIONAL);
    }

    private static FieldDescriptorProto.Builder repeated(FieldDescriptorProto.Builder field) {
        return field.setLabel(Label.LABEL_REPEATED);
    }

    private static FieldDescriptorProto.Builder repeated(int number, String name, String message) {
        return repeated(field(number, name, Type.TYPE_MESSAGE).setTypeName(message));
    }

    private static EnumDescriptorProto enumeration(String name, String... values) {
        EnumDescriptorProto.Builder enumeration =
                EnumDescriptorProto.newBuilder().setName(name);
        for (int i = 0; i < values.length; i++) {
            enumeration.addValue(
                    EnumValueDescriptorProto.newBuilder().setName(values[i]).setNumber(i));
        }
        return enumeration.build();
    }
}
