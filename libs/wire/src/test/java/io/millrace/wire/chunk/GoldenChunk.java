package io.millrace.wire.chunk;

import io.millrace.model.SampleColumns;
import io.millrace.wire.record.HistogramMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** A chunk that Prometheus made, and the samples that went in. See {@code src/test/golden/make-golden.py}. */
record GoldenChunk(ChunkEncoding encoding, byte[] bytes, SampleColumns samples) {

    /** All chunks of a file, in order. */
    static List<GoldenChunk> read(String name) {
        List<GoldenChunk> chunks = new ArrayList<>();
        for (String line : lines(name)) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("chunk")) {
                chunks.add(new GoldenChunk(
                        ChunkEncoding.ofNumber(Integer.parseInt(words[1])),
                        HexFormat.of().parseHex(words[2]),
                        new SampleColumns()));
                continue;
            }
            GoldenChunk last = chunks.get(chunks.size() - 1);
            long timestamp = Long.parseLong(words[0]);
            if (last.encoding == ChunkEncoding.XOR) {
                last.samples.add(timestamp, Double.longBitsToDouble(Long.parseUnsignedLong(words[1], 16)));
            } else {
                byte[] message = HexFormat.of().parseHex(words[1]);
                last.samples.add(timestamp, HistogramMessage.decode(message, 0, message.length));
            }
        }
        return chunks;
    }

    /** The Histogram messages of a file, as sent to Prometheus. */
    static List<byte[]> histogramMessages(String name) {
        return lines(name).stream()
                .filter(line -> !line.startsWith("chunk"))
                .map(line -> HexFormat.of().parseHex(line.substring(line.indexOf(' ') + 1)))
                .toList();
    }

    private static List<String> lines(String name) {
        try (InputStream in = GoldenChunk.class.getResourceAsStream("/golden/" + name + ".txt")) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
