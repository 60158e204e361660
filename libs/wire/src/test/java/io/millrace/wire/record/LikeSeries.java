package io.millrace.wire.record;

import io.millrace.wire.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes series that are like the one before, and tells what is different as a decoder does. */
final class LikeSeries {
    private static final int ROOM = 64 << 10;

    private final Random random;
    private final SuccessiveLabels successive = new SuccessiveLabels();
    /** Where the values lie, as in a message. */
    private final byte[] message = new byte[ROOM];

    private int used;
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    LikeSeries(Random random) {
        this.random = random;
        successive.begin(message);
    }

    SuccessiveLabels successive() {
        return successive;
    }

    /** The canonical labels of the next series. */
    byte[] next() {
        successive.next();
        if (names.isEmpty() || random.nextInt(8) == 0) {
            names.clear();
            values.clear();
            int labels = 1 + random.nextInt(random.nextInt(10) == 0 ? 63 : 10);
            for (int i = 0; i < labels; i++) {
                names.add("name" + i + "x".repeat(random.nextInt(140)));
                values.add(value());
                place(i);
            }
            successive.rename(labels);
        } else {
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                int label = random.nextInt(names.size());
                values.set(label, value());
                place(label);
            }
        }
        ByteWriter out = new ByteWriter(64);
        for (int i = 0; i < names.size(); i++) {
            out.putSized(bytes(names.get(i)));
            out.putSized(bytes(values.get(i)));
        }
        return Arrays.copyOf(out.buffer(), out.size());
    }

    private void place(int label) {
        byte[] value = bytes(values.get(label));
        System.arraycopy(value, 0, message, used, value.length);
        successive.change(label, used, value.length);
        used += value.length;
    }

    private String value() {
        return switch (random.nextInt(4)) {
            case 0 -> "a";
            case 1 -> "common start " + random.nextInt(100);
            case 2 -> "v".repeat(120 + random.nextInt(20));
            default -> Integer.toString(random.nextInt());
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
