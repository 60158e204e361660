package io.millrace.wire.remotewrite;

import static io.millrace.wire.remotewrite.ProtobufCursor.LENGTH_DELIMITED;
import static io.millrace.wire.remotewrite.ProtobufCursor.VARINT;

import io.millrace.model.MetricType;
import io.millrace.model.RefusedItem;
import io.millrace.model.RejectReason;
import io.millrace.model.SeriesId;
import io.millrace.model.TenantLimits;
import io.millrace.wire.Utf8;
import io.millrace.wire.labels.CanonicalLabels;
import io.millrace.wire.record.SampleBatchWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes remote write requests: protobuf bytes in, batches of checked series with their ids out. One decoder serves one
 * thread and is reused; its tables stay small (see {@link RequestLimits}).
 *
 * <h2>The walk</h2>
 *
 * <p>Each TimeSeries is walked twice over the same few hundred bytes: first its labels (which may stand anywhere in the
 * message), then, when they are good, its items, which go straight to the batch of the series' partition. So nothing of
 * an item is ever kept, however many there are. A 2.0 request is first stepped through once for its symbols table.
 *
 * <h2>What is refused</h2>
 *
 * <p>Bytes that are not the message refuse the whole request by {@link io.millrace.wire.MalformedException}; then nothing
 * the sink got may be used. Everything else refuses a series, or one item of it, and is counted in {@link Refusals};
 * the rest goes on.
 */
public final class RemoteWriteDecoder {
    /** Canonical labels of one series, whatever the tenant's limit; with {@link #MAX_LABELS} length prefixes of up to 3 bytes. */
    public static final int MAX_LABELS_BYTES = 64 << 10;

    /** Labels of one series, whatever the tenant's limit. */
    public static final int MAX_LABELS = 1024;

    /**
     * The largest item, a histogram at its limits: 2 signs × 4,096 × (delta 10 B or double 8 B, span 13 B) and 4,096 × 8
     * B bounds. Less than 224 KiB. Exemplars have at most {@link #MAX_LABELS_BYTES} of labels.
     */
    public static final int MAX_ITEM_BYTES = 224 << 10;

    /** Bytes after a message that {@link #decode} would like to find in its array. */
    public static final int SLACK = SeriesLabels.SLACK;

    private static final int SAMPLES = 2;
    /** Where the tag of the timestamp stands in a Sample: after the tag of the value and eight bytes. */
    private static final int SAMPLE_TIMESTAMP = 9;

    private static final int METADATA_SLOTS = 256;

    private final RequestLimits requestLimits;
    private final ProtobufCursor in = new ProtobufCursor();
    private final SymbolTable symbols;
    private final SeriesLabels labels = new SeriesLabels();
    private final SeriesLabels exemplarLabels = new SeriesLabels();
    private final ReceivedHistogram histogram = new ReceivedHistogram();
    private final MessageBuffer histogramBytes = new MessageBuffer();
    /** Metadata already taken from this request: 2.0 repeats it with every series. */
    private final long[] seenMetadata = new long[METADATA_SLOTS];

    private TenantLimits limits = TenantLimits.DEFAULT;
    private long earliestMs;
    private long latestMs;
    private long nowMs;
    private MessageType type = MessageType.WRITE_REQUEST_V1;
    private int histogramField;
    private int exemplarField;

    private @Nullable SeriesSink sink;
    private int batchLimit;
    private @Nullable SampleBatchWriter batch;
    private long idHigh;
    private long idLow;

    private int samples;
    private int histograms;
    private int exemplars;
    private int metadata;
    private Refusals refusals = new Refusals();
    private byte[] padded = new byte[0];

    public RemoteWriteDecoder(RequestLimits requestLimits) {
        this.requestLimits = requestLimits;
        this.symbols = new SymbolTable(requestLimits.maxSymbols());
    }

    /**
     * Decodes a request and appends what is valid to the sink.
     *
     * @param message an array with the message at {@code offset}; {@link #SLACK} more bytes after it save a copy
     * @param nowMs the time against which samples are too old or too far in the future, ms since the epoch
     * @throws io.millrace.wire.MalformedException when the bytes are not such a message
     * @throws RequestTooLargeException when it goes beyond the {@link RequestLimits}
     */
    public WriteSummary decode(
            MessageType type,
            byte[] message,
            int offset,
            int length,
            TenantLimits limits,
            long nowMs,
            SeriesSink sink) {
        if (length > requestLimits.maxDecodedBytes()) {
            throw new RequestTooLargeException(
                    "request of " + length + " bytes, limit " + requestLimits.maxDecodedBytes());
        }
        begin(type, limits, nowMs, sink);
        if (message.length - offset - length >= SeriesLabels.SLACK) {
            in.wrap(message, offset, length);
        } else {
            padded = Arrays.copyOfRange(message, offset, offset + length + SeriesLabels.SLACK);
            in.wrap(padded, 0, length);
        }
        labels.beginRequest(in.buffer, limits);
        switch (type) {
            case WRITE_REQUEST_V1 -> requestV1();
            case REQUEST_V2 -> requestV2();
        }
        WriteSummary summary = new WriteSummary(samples, histograms, exemplars, metadata, refusals);
        release();
        return summary;
    }

    private void begin(MessageType type, TenantLimits limits, long nowMs, SeriesSink sink) {
        this.type = type;
        this.limits = limits;
        this.nowMs = nowMs;
        this.earliestMs = nowMs - limits.pastWindow().toMillis();
        this.latestMs = nowMs + limits.futureWindow().toMillis();
        this.sink = sink;
        this.batchLimit = sink.batchLimit();
        this.histogramField = type == MessageType.WRITE_REQUEST_V1 ? 4 : 3;
        this.exemplarField = type == MessageType.WRITE_REQUEST_V1 ? 3 : 4;
        this.batch = null;
        this.samples = 0;
        this.histograms = 0;
        this.exemplars = 0;
        this.metadata = 0;
        this.refusals = new Refusals(this::metricOfLabels);
        this.padded = new byte[0];
        symbols.clear();
    }

    /** Lets go of the caller's objects. */
    private void release() {
        in.wrap(padded, 0, 0);
        sink = null;
        batch = null;
    }

    // ---- the request

    private void requestV1() {
        int seriesCount = 0;
        int end = in.limit;
        while (!in.atEnd()) {
            int tag = in.readTag();
            switch (tag >>> 3) {
                case 1 -> {
                    countSeries(++seriesCount);
                    enter(tag, "WriteRequest");
                    series();
                    leave(end);
                }
                case 3 -> {
                    enter(tag, "WriteRequest");
                    familyMetadata();
                    leave(end);
                }
                case 4, 5 -> throw wrongSchema(MessageType.REQUEST_V2);
                default -> in.skip(tag);
            }
        }
    }

    private void requestV2() {
        int start = in.position;
        int end = in.limit;
        int seriesCount = 0;
        while (!in.atEnd()) {
            int tag = in.readTag();
            switch (tag >>> 3) {
                case 1, 2, 3 -> throw wrongSchema(MessageType.WRITE_REQUEST_V1);
                case 4 -> {
                    if ((tag & 7) != LENGTH_DELIMITED) {
                        throw in.wrongType(tag, "Request");
                    }
                    int length = in.readLength();
                    symbols.add(in.position, length);
                    in.position += length;
                }
                case 5 -> {
                    countSeries(++seriesCount);
                    in.skip(tag);
                }
                default -> in.skip(tag);
            }
        }
        Arrays.fill(seenMetadata, 0);
        in.position = start;
        while (!in.atEnd()) {
            int tag = in.readTag();
            if (tag >>> 3 == 5) {
                enter(tag, "Request");
                series();
                leave(end);
            } else {
                in.skip(tag);
            }
        }
    }

    private void countSeries(int count) {
        if (count > requestLimits.maxSeries()) {
            throw new RequestTooLargeException("request with more than " + requestLimits.maxSeries() + " series");
        }
    }

    private RuntimeException wrongSchema(MessageType other) {
        return in.malformed("the body looks like " + other.protoName() + ", Content-Type says " + type.protoName());
    }

    /** Narrows the cursor to the message whose tag was just read. */
    private void enter(int tag, String message) {
        if ((tag & 7) != LENGTH_DELIMITED) {
            throw in.wrongType(tag, message);
        }
        int length = in.readLength();
        in.limit = in.position + length;
    }

    /** Goes to the end of the message and widens the cursor again. */
    private void leave(int outerLimit) {
        in.position = in.limit;
        in.limit = outerLimit;
    }

    // ---- a series

    /** One TimeSeries, from the cursor's position to its limit. */
    private void series() {
        boolean v2 = type == MessageType.REQUEST_V2;
        if (!v2 && sortedSeries()) {
            return;
        }
        int end = in.limit;
        int items = -1;
        long createdMs = 0;
        int metadataAt = -1;
        String badReference = null;
        labels.begin(in.buffer, limits);
        while (in.position < end) {
            int fieldAt = in.position;
            int tag = in.readTag();
            int field = tag >>> 3;
            if (field == 1) {
                if (v2) {
                    String problem = symbols.readLabels(in, tag, labels);
                    badReference = badReference == null ? problem : badReference;
                } else {
                    labelV1(tag, labels);
                }
            } else {
                items = items < 0 ? fieldAt : items;
                if (v2 && field == 6 && (tag & 7) == VARINT) {
                    createdMs = in.readVarint();
                } else {
                    metadataAt = v2 && field == 5 ? fieldAt : metadataAt;
                    in.skip(tag);
                }
            }
        }
        in.position = items < 0 ? end : items;
        if (v2) {
            String oddLabels = symbols.finishLabels();
            badReference = badReference == null ? oddLabels : badReference;
        }
        RejectReason problem = badReference != null ? RejectReason.INVALID_SYMBOL : labels.canonicalise(limits, true);
        if (problem == null && metadataAt >= 0) {
            in.position = metadataAt;
            badReference = seriesMetadata();
            problem = badReference == null ? null : RejectReason.INVALID_SYMBOL;
            in.position = items;
        }
        if (problem != null) {
            refuseSeries(problem, badReference);
        } else {
            labels.tellOthers(v2);
            items(createdMs, metadataAt >= 0);
        }
    }

    /** A 1.0 series as nearly all are, see {@link SeriesLabels#readSorted}; false when it is another, and nothing is done. */
    private boolean sortedSeries() {
        int start = in.position;
        labels.begin(in.buffer, limits);
        int items = labels.readSorted(start, in.limit);
        if (items < 0) {
            return false;
        }
        in.position = items;
        if (!isOneSample(items, in.limit) && hasMoreLabels()) {
            in.position = start;
            return false;
        }
        in.position = items;
        items(0, false);
        return true;
    }

    /** Whether a short sample is all that is there, as in nearly all series. */
    private boolean isOneSample(int from, int end) {
        return end - from >= 2
                && in.buffer[from] == (SAMPLES << 3 | LENGTH_DELIMITED)
                && in.buffer[from + 1] == end - from - 2;
    }

    /** Whether labels follow from the cursor's position on. */
    private boolean hasMoreLabels() {
        while (!in.atEnd()) {
            int tag = in.readTag();
            if (tag >>> 3 == 1) {
                return true;
            }
            in.skip(tag);
        }
        return false;
    }

    private void labelV1(int tag, SeriesLabels into) {
        int outer = in.limit;
        enter(tag, "TimeSeries");
        int nameAt = 0;
        int nameLength = 0;
        int valueAt = 0;
        int valueLength = 0;
        while (in.position < in.limit) {
            int field = in.readTag();
            if (field == (1 << 3 | LENGTH_DELIMITED)) {
                nameLength = in.readLength();
                nameAt = in.position;
                in.position += nameLength;
            } else if (field == (2 << 3 | LENGTH_DELIMITED)) {
                valueLength = in.readLength();
                valueAt = in.position;
                in.position += valueLength;
            } else {
                in.skip(field);
            }
        }
        in.limit = outer;
        into.add(nameAt, nameLength, valueAt, valueLength);
    }

    /** @param detail what is wrong with it; null when the labels can tell */
    private void refuseSeries(RejectReason reason, @Nullable String detail) {
        int refusedSamples = 0;
        int refusedHistograms = 0;
        int refusedExemplars = 0;
        int from = in.position;
        while (!in.atEnd()) {
            int tag = in.readTag();
            int field = tag >>> 3;
            refusedSamples += field == SAMPLES ? 1 : 0;
            refusedHistograms += field == histogramField ? 1 : 0;
            refusedExemplars += field == exemplarField ? 1 : 0;
            in.skip(tag);
        }
        int others = refusedSamples + refusedHistograms + refusedExemplars == 0 ? 1 : 0;
        Refusals.Entry first = refusals.add(reason, refusedSamples, refusedHistograms, refusedExemplars, others);
        if (first != null) {
            String why = detail == null ? labels.describe(reason, limits) : detail;
            in.position = from;
            describe(first, why, firstItem());
        }
    }

    /** The first item from the cursor's position on; the cursor is at the end afterwards. */
    private RefusedItem firstItem() {
        int end = in.limit;
        RefusedItem item = RefusedItem.NONE;
        while (in.position < end && item.equals(RefusedItem.NONE)) {
            int tag = in.readTag();
            RefusedItem.Kind kind = kindOf(tag >>> 3);
            if (kind == RefusedItem.Kind.NONE) {
                in.skip(tag);
            } else {
                enter(tag, "TimeSeries");
                item = RefusedItems.read(kind, in);
                leave(end);
            }
        }
        in.position = end;
        return item;
    }

    private RefusedItem.Kind kindOf(int field) {
        if (field == SAMPLES) {
            return RefusedItem.Kind.SAMPLE;
        }
        if (field == histogramField) {
            return RefusedItem.Kind.HISTOGRAM;
        }
        return field == exemplarField ? RefusedItem.Kind.EXEMPLAR : RefusedItem.Kind.NONE;
    }

    private String metricOfLabels() {
        return SeriesText.metric(labels);
    }

    private void describe(Refusals.@Nullable Entry first, String detail, RefusedItem item) {
        if (first != null) {
            first.describe(SeriesText.metric(labels), SeriesText.of(labels), detail, item);
        }
    }

    private void items(long createdMs, boolean hasMetadata) {
        int end = in.limit;
        int count = 0;
        SeriesId id = CanonicalLabels.id(labels.canonical(), 0, labels.length());
        idHigh = id.high();
        idLow = id.low();
        batch = null;
        NotAdmitted full = sink().whyFull(idHigh, idLow, labels.canonical(), labels.length());
        if (full != null) {
            refuseSeries(full.reason(), full.detail());
            return;
        }
        while (in.position < end) {
            int tag = in.readTag();
            int field = tag >>> 3;
            if (field == SAMPLES) {
                count++;
                enter(tag, "TimeSeries");
                sample(createdMs);
                leave(end);
            } else if (field == histogramField) {
                count++;
                enter(tag, "TimeSeries");
                histogram(createdMs);
                leave(end);
            } else if (field == exemplarField) {
                count++;
                enter(tag, "TimeSeries");
                exemplar();
                leave(end);
            } else {
                in.skip(tag);
            }
        }
        // 1.0 senders may send empty series; 2.0 forbids them
        if (count == 0 && !hasMetadata && type == MessageType.REQUEST_V2) {
            describe(refusals.add(RejectReason.NO_SAMPLES, 0, 0, 0, 1), "the series is empty", RefusedItem.NONE);
        }
    }

    /** The batch to append an item of the current series to, its series entry open. */
    private SampleBatchWriter openBatch() {
        SampleBatchWriter open = batch;
        if (open == null || open.size() >= batchLimit) {
            open = sink().batchFor(idHigh, idLow);
            open.series(idHigh, idLow, labels.canonical(), labels.length(), labels.successive());
            batch = open;
        }
        return open;
    }

    private SeriesSink sink() {
        SeriesSink current = sink;
        if (current == null) {
            throw new IllegalStateException("not decoding");
        }
        return current;
    }

    // ---- items

    private void sample(long createdMs) {
        long valueBits = 0;
        long timestampMs = 0;
        long startMs = 0;
        byte[] bytes = in.buffer;
        int at = in.position;
        if (in.limit - at > SAMPLE_TIMESTAMP + 1
                && bytes[at] == (1 << 3 | ProtobufCursor.FIXED64)
                && bytes[at + SAMPLE_TIMESTAMP] == (2 << 3 | VARINT)) {
            // the usual order
            valueBits = (long) ProtobufCursor.LONG.get(bytes, at + 1);
            in.position = at + SAMPLE_TIMESTAMP + 1;
            timestampMs = in.readVarint();
        }
        while (!in.atEnd()) {
            int tag = in.readTag();
            switch (tag) {
                case 1 << 3 | ProtobufCursor.FIXED64 -> valueBits = in.readFixed64();
                case 2 << 3 | VARINT -> timestampMs = in.readVarint();
                case 3 << 3 | VARINT -> startMs = in.readVarint();
                default -> in.skip(tag);
            }
        }
        if (timestampMs < earliestMs || timestampMs > latestMs) {
            Refusals.Entry first = refusals.add(timeReason(timestampMs), 1, 0, 0, 0);
            if (first != null) {
                describe(first, describeTime(timestampMs), RefusedItem.sample(timestampMs, valueBits));
            }
            return;
        }
        openBatch()
                .sample(
                        timestampMs,
                        startMs == 0 || type == MessageType.WRITE_REQUEST_V1 ? createdMs : startMs,
                        valueBits);
        samples++;
    }

    private void histogram(long createdMs) {
        histogram.read(in);
        String problem = histogram.check();
        long timestampMs = histogram.timestampMs;
        if (problem != null) {
            describe(
                    refusals.add(RejectReason.INVALID_HISTOGRAM, 0, 1, 0, 0),
                    problem,
                    RefusedItem.histogram(timestampMs));
            return;
        }
        if (timestampMs < earliestMs || timestampMs > latestMs) {
            Refusals.Entry first = refusals.add(timeReason(timestampMs), 0, 1, 0, 0);
            if (first != null) {
                describe(first, describeTime(timestampMs), RefusedItem.histogram(timestampMs));
            }
            return;
        }
        histogram.reduceResolution();
        int length = histogram.write(histogramBytes);
        long startMs = histogram.startTimestampMs;
        openBatch()
                .histogram(
                        timestampMs,
                        startMs == 0 || type == MessageType.WRITE_REQUEST_V1 ? createdMs : startMs,
                        histogramBytes.bytes(),
                        0,
                        length);
        histograms++;
    }

    private void exemplar() {
        long valueBits = 0;
        long timestampMs = 0;
        String badReference = null;
        exemplarLabels.begin(in.buffer, limits);
        while (!in.atEnd()) {
            int tag = in.readTag();
            if (tag >>> 3 == 1) {
                if (type == MessageType.REQUEST_V2) {
                    String problem = symbols.readLabels(in, tag, exemplarLabels);
                    badReference = badReference == null ? problem : badReference;
                } else {
                    labelV1(tag, exemplarLabels);
                }
            } else if (tag == (2 << 3 | ProtobufCursor.FIXED64)) {
                valueBits = in.readFixed64();
            } else if (tag == (3 << 3 | VARINT)) {
                timestampMs = in.readVarint();
            } else {
                in.skip(tag);
            }
        }
        if (type == MessageType.REQUEST_V2) {
            String oddLabels = symbols.finishLabels();
            badReference = badReference == null ? oddLabels : badReference;
        }
        RejectReason problem =
                badReference != null ? RejectReason.INVALID_SYMBOL : exemplarLabels.canonicalise(limits, false);
        if (problem != null) {
            Refusals.Entry first = refusals.add(problem, 0, 0, 1, 0);
            if (first != null) {
                String detail = badReference == null ? exemplarLabels.describe(problem, limits) : badReference;
                describe(first, "exemplar: " + detail, RefusedItem.exemplar(timestampMs, valueBits));
            }
            return;
        }
        if (timestampMs < earliestMs || timestampMs > latestMs) {
            Refusals.Entry first = refusals.add(timeReason(timestampMs), 0, 0, 1, 0);
            if (first != null) {
                describe(first, "exemplar: " + describeTime(timestampMs), RefusedItem.exemplar(timestampMs, valueBits));
            }
            return;
        }
        openBatch().exemplar(timestampMs, valueBits, exemplarLabels.canonical(), 0, exemplarLabels.length());
        exemplars++;
    }

    private RejectReason timeReason(long timestampMs) {
        return timestampMs > latestMs ? RejectReason.TOO_FAR_IN_FUTURE : RejectReason.TOO_OLD;
    }

    private String describeTime(long timestampMs) {
        return timestampMs > latestMs
                ? "timestamp " + timestampMs + " ms, the clock here is at " + nowMs + " ms, limit "
                        + limits.futureWindow().toSeconds() + " s ahead"
                : "timestamp " + timestampMs + " ms, the clock here is at " + nowMs + " ms, limit "
                        + limits.pastWindow().toSeconds() + " s back";
    }

    // ---- metadata

    /** MetricMetadata of a 1.0 request. */
    private void familyMetadata() {
        int number = 0;
        byte[] family = EMPTY;
        byte[] help = EMPTY;
        byte[] unit = EMPTY;
        while (!in.atEnd()) {
            int tag = in.readTag();
            switch (tag) {
                case 1 << 3 | VARINT -> number = (int) in.readVarint();
                case 2 << 3 | LENGTH_DELIMITED -> family = bytes();
                case 4 << 3 | LENGTH_DELIMITED -> help = bytes();
                case 5 << 3 | LENGTH_DELIMITED -> unit = bytes();
                default -> in.skip(tag);
            }
        }
        RejectReason problem = checkMetadata(family, help, unit);
        if (problem == null) {
            append(MetricType.ofNumber(number), family, help, unit);
            return;
        }
        Refusals.Entry first = refusals.add(problem, 0, 0, 0, 1);
        if (first != null) {
            String text = SeriesText.text(family, 0, family.length);
            first.describe(
                    text, SeriesText.quote(text), describeMetadata(problem, family, help, unit), RefusedItem.NONE);
        }
    }

    private static final byte[] EMPTY = new byte[0];

    private byte[] bytes() {
        int length = in.readLength();
        int from = in.position;
        in.position += length;
        // more than the limit allows is refused: no need to copy all of it
        return Arrays.copyOfRange(in.buffer, from, from + Math.min(length, MAX_LABELS_BYTES + 1));
    }

    private @Nullable RejectReason checkMetadata(byte[] family, byte[] help, byte[] unit) {
        if (family.length == 0) {
            return RejectReason.MISSING_METRIC_NAME;
        }
        if (family.length + help.length + unit.length > SeriesLabels.maxTotal(limits)) {
            return RejectReason.LABELS_TOO_LARGE;
        }
        boolean valid = Utf8.isValid(family, 0, family.length)
                && Utf8.isValid(help, 0, help.length)
                && Utf8.isValid(unit, 0, unit.length);
        return valid ? null : RejectReason.INVALID_LABEL;
    }

    private String describeMetadata(RejectReason problem, byte[] family, byte[] help, byte[] unit) {
        return switch (problem) {
            case MISSING_METRIC_NAME -> "metadata without a metric family name";
            case LABELS_TOO_LARGE ->
                "metadata of " + (family.length + help.length + unit.length) + " bytes or more, limit "
                        + SeriesLabels.maxTotal(limits);
            default -> "metadata that is not UTF-8";
        };
    }

    /**
     * Metadata of a 2.0 series; the cursor stands on its tag. Sent with every series, so that what this request has
     * already said is not said again.
     *
     * @return what is wrong with its references, or null
     */
    private @Nullable String seriesMetadata() {
        int end = in.limit;
        enter(in.readTag(), "TimeSeries");
        int number = 0;
        long helpRef = 0;
        long unitRef = 0;
        while (!in.atEnd()) {
            int tag = in.readTag();
            switch (tag) {
                case 1 << 3 | VARINT -> number = (int) in.readVarint();
                case 3 << 3 | VARINT -> helpRef = in.readVarint() & 0xffffffffL;
                case 4 << 3 | VARINT -> unitRef = in.readVarint() & 0xffffffffL;
                default -> in.skip(tag);
            }
        }
        leave(end);
        if (number == 0 && helpRef == 0 && unitRef == 0) {
            return null;
        }
        // symbols[0] is "" by definition; senders that leave it out mean the same by 0
        if (helpRef >= symbols.size() || unitRef >= symbols.size()) {
            boolean help = helpRef >= symbols.size();
            return "metadata " + (help ? "help_ref " + helpRef : "unit_ref " + unitRef)
                    + " is outside of the symbols table of " + symbols.size();
        }
        byte[] metric = labels.metricName();
        MetricType metricType = MetricType.ofNumber(number);
        byte[] family = MetricFamily.of(metric, metricType);
        SeriesId hash = CanonicalLabels.id(family, 0, family.length);
        long key = hash.low() ^ (((number * 31L + helpRef) * 0x9e3779b97f4a7c15L + unitRef) * 0x9e3779b97f4a7c15L);
        int slot = (int) (key >>> 56) & METADATA_SLOTS - 1;
        if (seenMetadata[slot] != key) {
            seenMetadata[slot] = key;
            byte[] help = helpRef == 0 ? EMPTY : symbols.bytes(in.buffer, (int) helpRef);
            byte[] unit = unitRef == 0 ? EMPTY : symbols.bytes(in.buffer, (int) unitRef);
            RejectReason problem = checkMetadata(family, help, unit);
            if (problem != null) {
                describe(
                        refusals.add(problem, 0, 0, 0, 1),
                        describeMetadata(problem, family, help, unit),
                        RefusedItem.NONE);
                return null;
            }
            append(metricType, family, help, unit);
            return null;
        }
        metadata++;
        return null;
    }

    private void append(MetricType metricType, byte[] family, byte[] help, byte[] unit) {
        SeriesId hash = CanonicalLabels.id(family, 0, family.length);
        sink().batchFor(hash.high(), hash.low()).metadata(metricType, family, help, unit);
        metadata++;
    }
}
