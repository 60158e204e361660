#!/usr/bin/env python3
"""Makes the golden chunks in ../resources/golden from a real Prometheus (any with native histograms; 2.42.0 was used).

Starts `prometheus` as a remote write receiver in a temporary directory, sends it the samples below in one request, reads
the chunks back by remote read (STREAMED_XOR_CHUNKS), and writes each with the samples that went in. Standard library only.

    python3 make-golden.py

A file holds, for each chunk: `chunk <encoding number> <hex>`, then a line for each sample:
`<timestamp> <value bits, hex>`, or `<timestamp> <Histogram message, hex>` without its timestamp.
"""
import math, os, random, socket, struct, subprocess, sys, tempfile, time, urllib.request

START = 1_700_000_000_000 // 7_200_000 * 7_200_000  # a chunk never crosses a multiple of two hours
# A sample here ends every chunk before it. Prometheus 2.42 hands out ended chunks as they are, open ones re-encoded.
NEXT = START + 7_200_000
HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "resources", "golden")
random.seed(20260822)


def uvarint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def zigzag(n):
    return (n << 1) ^ (n >> 63) if n >= 0 else ((-n) << 1) - 1


def field(number, wire, payload):
    return uvarint(number << 3 | wire) + payload


def message(number, payload):
    return field(number, 2, uvarint(len(payload)) + payload)


def text(number, value):
    return message(number, value.encode())


def bits(value):
    return struct.unpack(">Q", struct.pack(">d", value))[0]


def double(number, value_bits):
    return field(number, 1, struct.pack("<Q", value_bits))


def spans(number, values):
    return b"".join(
        message(number, (field(1, 0, uvarint(zigzag(o))) if o else b"") + (field(2, 0, uvarint(l)) if l else b""))
        for o, l in values)


def packed_deltas(number, counts):
    deltas = [b - a for a, b in zip([0] + counts[:-1], counts)]
    payload = b"".join(uvarint(zigzag(d)) for d in deltas)
    return message(number, payload) if counts else b""


def packed_doubles(number, counts):
    return message(number, b"".join(struct.pack("<d", c) for c in counts)) if counts else b""


def histogram(integer, schema, zero_threshold, zero_count, sum_bits, pos_spans, pos, neg_spans, neg, hint=0):
    """Fields in the order in which Millrace writes them; zeros left out but for the count."""
    count = zero_count + sum(pos) + sum(neg)
    out = field(1, 0, uvarint(count)) if integer else double(2, bits(count))
    if sum_bits:
        out += double(3, sum_bits)
    if schema:
        out += field(4, 0, uvarint(zigzag(schema)))
    if zero_threshold:
        out += double(5, bits(zero_threshold))
    if zero_count:
        out += field(6, 0, uvarint(zero_count)) if integer else double(7, bits(zero_count))
    counts = (lambda n, c: packed_deltas(n + 1, c)) if integer else (lambda n, c: packed_doubles(n + 2, c))
    out += spans(8, neg_spans) + counts(8, neg) + spans(11, pos_spans) + counts(11, pos)
    if hint:
        out += field(14, 0, uvarint(hint))
    return out


def floats():
    every15s = lambda n, jitter=0: [START + 15_000 * i + (random.randint(-jitter, jitter) if i else 0) for i in range(n)]
    total = 0.0
    counter = []
    for t in every15s(200, 40):
        total += random.randint(0, 5000)
        counter.append((t, bits(total)))
    yield "counter", counter
    yield "constant", [(t, bits(42.5)) for t in every15s(130)]
    yield "gauge", [(t, bits(round(50 + 20 * math.sin(i / 9), random.choice([0, 1, 3])))) for i, t in enumerate(every15s(150, 3))]
    yield "noise", [(t, random.getrandbits(64) & ~(0x7FF << 52) | random.randint(1, 2046) << 52) for t in every15s(125, 500)]
    # changes of the delta at the bounds of each class: 8191, 8192, 8193, 65535, ..., all within two hours
    t, steps = START, []
    for step in [1000, 1000, 9192, 1000, 9191, 1000, 9193, 1000, 66535, 1000, 66536, 1000, 66537, 1000, 525287, 1000, 525288,
                 1000, 525289, 1000, 1_000_000, 1, 2_000_000, 1, 1, 2, 70_000]:
        t += step
        steps.append(t)
    assert t < START + 7_200_000
    yield "irregular", [(x, bits(float(i // 3))) for i, x in enumerate([START] + steps)]
    specials = [0x7FF0000000000002, 0x7FF8000000000001, 0x7FF0000000000000, 0xFFF0000000000000, 0, 1 << 63, 1, 0x000FFFFFFFFFFFFF,
                0x7FEFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 0x7FF0000000000002, 0x7FF0000000000002, 0x3FF0000000000000, 0x3FF0000000000001,
                0xBFF0000000000001, 0x7FF8000000000000, 0x7FF4000000000001, 0x8000000000000001]
    yield "specials", [(START + 1000 * i, b) for i, b in enumerate(specials)]
    yield "single", [(START + 123, bits(3.25))]


def grow(counts, most):
    return [c + random.choice([0, 0, 1, 2, random.randint(0, most)]) for c in counts]


def histograms(integer):
    number = (lambda c: c) if integer else float
    # The count is not stored; 2.42 takes a float histogram without a count for an integer one.
    stale_marker = histogram(integer, 0, 0, number(1), 0x7FF0000000000002, [], [], [], [])

    def series(n, schema, zero_threshold, pos_spans, neg_spans, most, hint=0, shrink=False, stale=False):
        pos = [0] * sum(l for _, l in pos_spans)
        neg = [0] * sum(l for _, l in neg_spans)
        zero, total = 0, 0.0
        for i in range(n):
            pos, neg = grow(pos, most), grow(neg, most)
            if shrink and i % 3 == 2:
                pos = [c // 2 for c in pos]
            zero += random.randint(0, 3) if zero_threshold else 0
            total += random.choice([1, 0.1, 17.25, -3])
            if stale and i >= n - 2:
                yield START + 15_000 * i, stale_marker
                continue
            fix = (lambda c: c) if integer else (lambda c: c * 0.25)
            yield (START + 15_000 * i + random.choice([0, 0, 7]) * (i > 0),
                   histogram(integer, schema, zero_threshold, number(zero), bits(total), pos_spans, [fix(c) for c in pos],
                             neg_spans, [fix(c) for c in neg], hint))

    prefix = "int" if integer else "float"
    yield prefix + "-plain", list(series(100, 3, 2.0 ** -128, [(0, 4), (2, 3)], [], 50))
    yield prefix + "-both-signs", list(series(60, -4, 0.001, [(-5, 2), (1, 1), (300, 4)], [(7, 3), (1, 1)], 4000))
    yield prefix + "-large", list(series(20, 8, 1024.0, [(-100000, 3)], [], 10 ** 12))
    yield prefix + "-gauge", list(series(40, 0, 0.0, [(1, 5)], [(0, 1)], 9, hint=3, shrink=True))
    yield prefix + "-stale", list(series(20, 1, 0.5, [(0, 2)], [], 9, stale=True))
    yield prefix + "-empty", list(series(5, 2, 2.0 ** -243, [], [], 9))
    yield prefix + "-only-stale", [(START, stale_marker)]


def snappy(raw):
    """Block format, literals only."""
    out = bytearray(uvarint(len(raw)))
    for i in range(0, len(raw), 65536):
        part = raw[i:i + 65536]
        out += bytes([61 << 2]) + struct.pack("<H", len(part) - 1) + part
    return bytes(out)


def read_uvarint(data, at):
    value = shift = 0
    while True:
        b = data[at]
        at += 1
        value |= (b & 0x7F) << shift
        shift += 7
        if b < 0x80:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        tag, at = read_uvarint(data, at)
        if tag & 7 == 0:
            value, at = read_uvarint(data, at)
        else:
            assert tag & 7 == 2, tag
            length, at = read_uvarint(data, at)
            value, at = data[at:at + length], at + length
        yield tag >> 3, value


def post(url, body, headers):
    request = urllib.request.Request(url, snappy(body), {"Content-Encoding": "snappy", "Content-Type": "application/x-protobuf", **headers})
    try:
        return urllib.request.urlopen(request).read()
    except urllib.error.HTTPError as e:
        sys.exit(f"{url}: {e.code} {e.read().decode()}")


def labels_of(name):
    return message(1, text(1, "__name__") + text(2, name))


def main():
    all_series = {}
    request = b""
    for name, samples in floats():
        all_series[name] = [(t, f"{b:016x}") for t, b in samples]
        request += message(1, labels_of(name.replace("-", "_")) + b"".join(
            message(2, double(1, b) + field(2, 0, uvarint(t))) for t, b in samples + [(NEXT, 0)]))
    for integer in (True, False):
        for name, samples in histograms(integer):
            all_series[name] = [(t, h.hex()) for t, h in samples]
            request += message(1, labels_of(name.replace("-", "_")) + b"".join(
                message(4, h + field(15, 0, uvarint(t))) for t, h in samples + [(NEXT, samples[-1][1])]))
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        open(folder + "/prometheus.yml", "w").close()
        server = subprocess.Popen(
            ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
             f"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver", "--enable-feature=native-histograms"],
            stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                time.sleep(0.1)
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready")
                    break
                except OSError:
                    pass
            post(f"http://127.0.0.1:{port}/api/v1/write", request, {"X-Prometheus-Remote-Write-Version": "0.1.0"})
            query = field(1, 0, uvarint(START)) + field(2, 0, uvarint(NEXT - 1)) + message(
                3, field(1, 0, b"\x02") + text(2, "__name__") + text(3, ".+"))
            answer = post(f"http://127.0.0.1:{port}/api/v1/read", message(1, query) + message(2, b"\x01"),
                          {"X-Prometheus-Remote-Read-Version": "0.1.0"})
        finally:
            server.terminate()
            server.wait()
    chunks = {}
    at = 0
    while at < len(answer):
        length, at = read_uvarint(answer, at)
        frame, at = answer[at + 4:at + 4 + length], at + 4 + length
        for number, series in fields(frame):
            if number != 1:
                continue
            name = None
            for n, value in fields(series):
                if n == 1:
                    name = dict(fields(value))[2].decode().replace("_", "-")
                if n == 2:
                    chunk = dict(fields(value))
                    chunks.setdefault(name, []).append((chunk[3], chunk[4]))
    os.makedirs(OUT, exist_ok=True)
    for name, samples in all_series.items():
        rest = list(samples)
        with open(os.path.join(OUT, name + ".txt"), "w") as out:
            for encoding, data in chunks[name]:
                count = data[0] << 8 | data[1]
                out.write(f"chunk {encoding} {data.hex()}\n")
                out.writelines(f"{t} {value}\n" for t, value in rest[:count])
                rest = rest[count:]
        assert not rest, f"{name}: {len(rest)} samples did not come back"
        print(name, [(e, d[0] << 8 | d[1], len(d)) for e, d in chunks[name]])


main()
