package io.millrace.runtime.control;

import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A separate store of series of one account; to the data path it is the tenant.
 *
 * @param id unique over all accounts; stands in URLs
 * @param accountId who owns it
 * @param name for people
 * @param region a label for people
 * @param tags free
 * @param status whether it takes data
 * @param retentionDays how long samples are kept, at least 1
 * @param limits what it may send
 * @param writeFrom networks whose senders need no key; empty for none
 * @param readFrom networks whose readers need no key; empty for none
 * @param created when it was made
 */
public record Instance(
        TenantId id,
        String accountId,
        String name,
        String region,
        Map<String, String> tags,
        Status status,
        int retentionDays,
        TenantLimits limits,
        List<Network> writeFrom,
        List<Network> readFrom,
        Instant created)
        implements ControlRecord {
    /** Whether an instance takes and gives data. */
    public enum Status {
        /** Writes and reads. */
        RUNNING,
        /** Nobody may write or read; the data stays until its retention ends. */
        STOPPED,
        /**
         * Gone for everybody. The record stays for ever, so that nobody can make an instance of the same id and find
         * the data of this one in it.
         */
        DELETED
    }

    public Instance {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(accountId, "accountId");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(created, "created");
        if (retentionDays < 1) {
            throw new IllegalArgumentException("retentionDays must be at least 1, it is " + retentionDays);
        }
        tags = Map.copyOf(Objects.requireNonNull(tags, "tags"));
        writeFrom = List.copyOf(Objects.requireNonNull(writeFrom, "writeFrom"));
        readFrom = List.copyOf(Objects.requireNonNull(readFrom, "readFrom"));
    }

    /** An instance that always wants a key. */
    public Instance(
            TenantId id,
            String accountId,
            String name,
            String region,
            Map<String, String> tags,
            Status status,
            int retentionDays,
            TenantLimits limits,
            Instant created) {
        this(id, accountId, name, region, tags, status, retentionDays, limits, List.of(), List.of(), created);
    }

    @Override
    public ControlKey key() {
        return new ControlKey(ControlKey.Kind.INSTANCE, id.value());
    }
}
