package io.millrace.standalone;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.TenantId;
import io.millrace.storage.RetentionClass;
import io.millrace.storage.RetentionPolicy;
import io.millrace.storage.cassandra.CassandraSettings;
import io.millrace.storage.cassandra.CassandraStore;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The store and the topics of a running Millrace, for commands that look into them. Stateless. */
final class RunningStore {
    /** An instance's class may have changed: looks into all. What a command writes is kept longest. */
    private static final RetentionPolicy ALL = new RetentionPolicy() {
        @Override
        public RetentionClass writeTo(TenantId tenant) {
            return RetentionClass.DAYS_400;
        }

        @Override
        public Set<RetentionClass> readFrom(TenantId tenant) {
            return EnumSet.allOf(RetentionClass.class);
        }
    };

    private RunningStore() {}

    /** The settings of the process that runs in the folder, as far as nodes and topics go. */
    static Settings settings(DataFolder folder) {
        RunFile.Run run = Running.require(folder);
        return SettingsFile.load(
                null,
                Map.of(
                        "standalone.kafka.port", port(run.kafka()),
                        "standalone.cassandra.port", port(run.cassandra())),
                Map.of(),
                folder);
    }

    /** Not started yet. */
    static CassandraStore open(CassandraSettings settings, String command) {
        return new CassandraStore(settings, ALL, command, new SimpleMeterRegistry());
    }

    static TenantId instance(String id) {
        if (!TenantId.isValid(id)) {
            throw new CommandException("'" + id + "' is not the id of an instance");
        }
        return new TenantId(id);
    }

    private static String port(String address) {
        return address.substring(address.lastIndexOf(':') + 1);
    }
}
