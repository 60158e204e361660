package io.millrace.query.deletion;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.query.http.ApiRequest;
import io.millrace.runtime.control.AccessKey;
import io.millrace.runtime.control.AuditEntry;
import io.millrace.runtime.control.BasicCredentials;
import io.millrace.runtime.control.ControlPublishException;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.ControlState;
import io.millrace.storage.Deletion;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says who deletes, and writes it to the audit trail. Thread-safe. */
public final class DeletionAudit {
    private static final Logger log = LoggerFactory.getLogger(DeletionAudit.class);

    private final ControlState control;
    private final ControlPublisher publisher;

    public DeletionAudit(ControlState control, ControlPublisher publisher) {
        this.control = control;
        this.publisher = publisher;
    }

    /** The user of a request that was let in. */
    public String user(ApiRequest request) {
        AccessKey key = control.accessKey(keyId(request));
        return key == null ? "" : key.userId();
    }

    private static String keyId(ApiRequest request) {
        BasicCredentials credentials = BasicCredentials.parse(request.header().apply("Authorization"));
        return credentials == null ? "" : credentials.keyId();
    }

    /** The deletion is in force: when Kafka does not take the entry, the record in the store still says who it was. */
    public void deleted(ApiRequest request, Deletion deletion) {
        ObjectNode after = JsonNodeFactory.instance.objectNode();
        after.put("id", deletion.id()).put("startMs", deletion.fromMs()).put("endMs", deletion.toMs());
        deletion.selectors().forEach(after.putArray("match")::add);
        AuditEntry entry = new AuditEntry(
                Instant.ofEpochMilli(deletion.requestedMs()),
                deletion.requestedBy(),
                keyId(request),
                "",
                "series.delete",
                "instance/" + deletion.tenant(),
                null,
                after);
        try {
            publisher.publish(entry);
        } catch (ControlPublishException e) {
            log.error(
                    "deletion without an entry in the audit trail instance={} id={}",
                    deletion.tenant(),
                    deletion.id(),
                    e);
        }
    }
}
