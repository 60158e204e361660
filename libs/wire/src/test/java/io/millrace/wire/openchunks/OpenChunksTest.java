package io.millrace.wire.openchunks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.SeriesId;
import io.millrace.model.TenantId;
import io.millrace.wire.MalformedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenChunksTest {
    private static final SeriesId ID = new SeriesId(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
    private static final String GOLDEN_REQUEST = "01" + "02" + "7431" + "e803000000000000" + "d007000000000000" + "01"
            + "01000000" + "0102030405060708090a0b0c0d0e0f10";

    @Test
    void shouldEncodeTheDocumentedBytes() {
        // given
        OpenChunkRequest request = new OpenChunkRequest(new TenantId("t1"), 1000, 2000, List.of(ID));
        // when
        byte[] bytes = request.encode();
        // then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(GOLDEN_REQUEST);
        assertThat(OpenChunkRequest.decode(bytes)).isEqualTo(request);
    }

    @Test
    void shouldAskForAllSeries() {
        OpenChunkRequest request = new OpenChunkRequest(new TenantId("t1"), Long.MIN_VALUE, Long.MAX_VALUE, null);
        assertThat(OpenChunkRequest.decode(request.encode())).isEqualTo(request);
    }

    @Test
    void shouldRefuseEveryCutRequest() {
        byte[] bytes = HexFormat.of().parseHex(GOLDEN_REQUEST);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> OpenChunkRequest.decode(cut)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void shouldReadTheAnswerBack() throws IOException {
        // given
        OpenChunk chunk = new OpenChunk(ID, 5, 6L << 20, 7, 8, (byte) 1, new byte[] {1, 2, 3});
        OpenPartition partition = new OpenPartition(3, OpenPartition.State.CATCHING_UP, 1234, -1);
        byte[] bytes = answer(chunk, partition);
        // when
        List<OpenChunk> chunks = new ArrayList<>();
        List<OpenPartition> partitions = new ArrayList<>();
        OpenChunkResponseReader.read(new ByteArrayInputStream(bytes), chunks::add, partitions::add);
        // then
        assertThat(chunks).usingRecursiveFieldByFieldElementComparator().containsExactly(chunk);
        assertThat(partitions).containsExactly(partition);
    }

    @Test
    void shouldRefuseEveryCutAnswer() throws IOException {
        byte[] bytes = answer(
                new OpenChunk(ID, 5, 6, 7, 8, (byte) 1, new byte[] {1, 2, 3}),
                new OpenPartition(3, OpenPartition.State.READY, 1234, 0));
        for (int length = 0; length < bytes.length; length++) {
            ByteArrayInputStream cut = new ByteArrayInputStream(bytes, 0, length);
            assertThatThrownBy(() -> OpenChunkResponseReader.read(cut, chunk -> {}, partition -> {}))
                    .isInstanceOf(MalformedException.class);
        }
    }

    private static byte[] answer(OpenChunk chunk, OpenPartition partition) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OpenChunkResponseWriter writer = new OpenChunkResponseWriter(out);
        writer.chunk(chunk);
        writer.partition(partition);
        writer.end();
        return out.toByteArray();
    }
}
