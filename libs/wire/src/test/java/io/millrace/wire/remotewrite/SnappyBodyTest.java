package io.millrace.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.wire.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyFramedOutputStream;

class SnappyBodyTest {
    private static final int LIMIT = 10_000_000;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 59, 60, 64, 1000, 65_536, 1_000_000})
    void shouldInflateWhatSnappyMade(int length) throws IOException {
        byte[] zeros = new byte[length];
        byte[] mixed = new byte[length];
        for (int i = 0; i < length; i++) {
            mixed[i] = (byte) (i * i >>> 7);
        }

        assertThat(inflate(Snappy.compress(zeros))).isEqualTo(zeros);
        assertThat(inflate(Snappy.compress(mixed))).isEqualTo(mixed);
    }

    @Test
    void shouldRefuseAboveTheLimit() throws IOException {
        byte[] body = Snappy.compress(new byte[1001]);

        assertThat(SnappyBody.declaredLength(body, 0, body.length, 1001)).isEqualTo(1001);
        assertThatThrownBy(() -> SnappyBody.declaredLength(body, 0, body.length, 1000))
                .isInstanceOf(RequestTooLargeException.class)
                .hasMessageContaining("1001 bytes after inflating, limit 1000");
    }

    @Test
    void shouldRefuseABombByItsDeclaration() {
        byte[] bomb = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 0, 0};

        assertThatThrownBy(() -> SnappyBody.declaredLength(bomb, 0, bomb.length, Integer.MAX_VALUE))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("more than snappy can put there");
    }

    @Test
    void shouldRefuseTheFramedFormat() throws IOException {
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        try (SnappyFramedOutputStream out = new SnappyFramedOutputStream(framed)) {
            out.write(new byte[100]);
        }

        assertThatThrownBy(() -> inflate(framed.toByteArray()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("framed");
    }

    @Test
    void shouldRefuseWhatIsNotSnappy() throws IOException {
        byte[] good = Snappy.compress(new byte[500]);
        byte[] corrupt = good.clone();
        corrupt[0] = 0x30;

        assertThatThrownBy(() -> inflate(corrupt)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> inflate(Arrays.copyOf(good, good.length - 2))).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> inflate(new byte[0])).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> inflate("just some text".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedException.class);
    }

    private static byte[] inflate(byte[] body) {
        int declared = SnappyBody.declaredLength(body, 0, body.length, LIMIT);
        byte[] target = new byte[declared];
        SnappyBody.inflate(body, 0, body.length, target, declared);
        return target;
    }
}
