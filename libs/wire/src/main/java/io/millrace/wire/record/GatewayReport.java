package io.millrace.wire.record;

import io.millrace.model.TenantId;
import io.millrace.wire.ByteReader;
import io.millrace.wire.ByteWriter;
import io.millrace.wire.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A record of the topic {@code gateways}: what one gateway is offered of each tenant. Documented in {@code
 * docs/formats/gateway-report.md}.
 *
 * <pre>
 * key      gateway id, ASCII
 * value    u8 version=1 | uvarint tenants | tenants × (uvarint length | tenant | uvarint mHz samples | uvarint mHz requests)
 * </pre>
 *
 * @param gateway id of the gateway process, made at its start
 * @param demands of the tenants that sent anything in the last seconds
 */
public record GatewayReport(String gateway, Map<TenantId, Demand> demands) {
    private static final byte VERSION = 1;

    /** Tenants in one report. At most 64 + 1 + 2 × 10 bytes each: 850 KB, which fits in a record. */
    public static final int MAX_TENANTS = 10_000;

    private static final int MAX_ID = 64;

    /**
     * What is offered in a second, kept or refused.
     *
     * @param samples samples, histograms and exemplars per second
     * @param requests requests per second
     */
    public record Demand(double samples, double requests) {
        public static final Demand NONE = new Demand(0, 0);
    }

    public GatewayReport {
        demands = Map.copyOf(demands);
    }

    public byte[] key() {
        return gateway.getBytes(StandardCharsets.US_ASCII);
    }

    /** At most {@link #MAX_TENANTS}, those that are offered most. */
    public byte[] value() {
        ByteWriter out = new ByteWriter(64 + 48 * demands.size());
        out.putByte(VERSION);
        List<Map.Entry<TenantId, Demand>> entries = largest();
        out.putUvarint(entries.size());
        for (Map.Entry<TenantId, Demand> entry : entries) {
            out.putSized(entry.getKey().value().getBytes(StandardCharsets.US_ASCII));
            out.putUvarint(thousandths(entry.getValue().samples()));
            out.putUvarint(thousandths(entry.getValue().requests()));
        }
        return out.toByteArray();
    }

    private List<Map.Entry<TenantId, Demand>> largest() {
        List<Map.Entry<TenantId, Demand>> entries = new ArrayList<>(demands.entrySet());
        if (entries.size() > MAX_TENANTS) {
            entries.sort((left, right) ->
                    Double.compare(right.getValue().samples(), left.getValue().samples()));
            return entries.subList(0, MAX_TENANTS);
        }
        return entries;
    }

    private static long thousandths(double perSecond) {
        return Math.max(0, Math.round(perSecond * 1000));
    }

    /** @throws MalformedException when the bytes are not a report */
    public static GatewayReport decode(byte[] key, byte[] value) {
        if (key == null || key.length == 0 || key.length > MAX_ID) {
            throw new MalformedException("gateway report without an id");
        }
        ByteReader in = new ByteReader(value);
        int version = in.readByte();
        if (version != VERSION) {
            throw new MalformedException(
                    "gateway report has version " + version + ", this program reads version " + VERSION + " only");
        }
        long count = in.readUvarint();
        if (count < 0 || count > MAX_TENANTS) {
            throw new MalformedException("gateway report of " + Long.toUnsignedString(count) + " tenants");
        }
        Map<TenantId, Demand> demands = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
        for (int i = 0; i < count; i++) {
            int length = in.readLength();
            String tenant = new String(in.readBytes(length), StandardCharsets.ISO_8859_1);
            if (!TenantId.isValid(tenant)) {
                throw new MalformedException("gateway report of an instance that cannot be");
            }
            double samples = in.readUvarint() / 1000.0;
            double requests = in.readUvarint() / 1000.0;
            if (samples < 0 || requests < 0) {
                throw new MalformedException("gateway report of a negative rate");
            }
            demands.put(new TenantId(tenant), new Demand(samples, requests));
        }
        if (in.hasRemaining()) {
            throw new MalformedException("gateway report has " + in.remaining() + " bytes too many");
        }
        return new GatewayReport(new String(key, StandardCharsets.ISO_8859_1), demands);
    }
}
