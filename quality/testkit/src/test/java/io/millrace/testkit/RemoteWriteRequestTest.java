package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.StaleMarker;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RemoteWriteRequestTest {

    private static final RemoteWriteRequest REQUEST =
            RemoteWriteRequest.of(WriteSeries.of("__name__", "up", "a", "").sample(300, StaleMarker.VALUE));

    @Test
    void shouldWriteVersion1AsTheSpecificationSays() {
        // when
        byte[] bytes = REQUEST.version1();

        // then: WriteRequest{1: TimeSeries{1: Label{1: "__name__", 2: "up"}, 1: Label{1: "a"},
        //                                  2: Sample{1: 0x7ff0000000000002, 2: 300}}}
        assertThat(hex(bytes))
                .isEqualTo("0a23" + "0a0e" + "0a085f5f6e616d655f5f" + "12027570" + "0a03" + "0a0161" + "120c"
                        + "09020000000000f07f" + "10ac02");
    }

    @Test
    void shouldWriteVersion2AsTheSpecificationSays() {
        // when
        byte[] bytes = REQUEST.version2();

        // then: Request{4: "", "__name__", "up", "a"; 5: TimeSeries{1: [1, 2, 3, 0], 2: Sample}}
        assertThat(hex(bytes))
                .isEqualTo("2200" + "22085f5f6e616d655f5f" + "22027570" + "220161" + "2a14" + "0a0401020300" + "120c"
                        + "09020000000000f07f" + "10ac02");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
