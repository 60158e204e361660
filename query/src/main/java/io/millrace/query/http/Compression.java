package io.millrace.query.http;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** How an answer may be compressed, as the client says in {@code Accept-Encoding}; the best comes last. */
enum Compression {
    NONE(""),
    DEFLATE("deflate"),
    GZIP("gzip"),
    ZSTD("zstd");

    private final String token;

    Compression(String token) {
        this.token = token;
    }

    /** The value of {@code Content-Encoding}; empty for none. */
    String token() {
        return token;
    }

    /** zstd where accepted, else gzip, else deflate, else nothing. {@code q=0} is a refusal. */
    static Compression accepted(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return NONE;
        }
        Compression best = NONE;
        for (String part : acceptEncoding.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] fields = part.split(";", -1);
            boolean refused = fields.length > 1 && fields[1].strip().matches("q=0(\\.0*)?");
            String name = fields[0].strip();
            if (refused) {
                continue;
            }
            for (Compression known : values()) {
                if (known != NONE && name.equals(known.token) && known.compareTo(best) > 0) {
                    best = known;
                }
            }
        }
        return best;
    }

    OutputStream compress(OutputStream out) throws IOException {
        return switch (this) {
            case NONE -> out;
            case DEFLATE -> new FastDeflate(out);
            case GZIP -> new FastGzip(out);
            case ZSTD -> new ZstdOutputStream(out, 1);
        };
    }

    /** Level 1: JSON of samples shrinks to a fifth at a third of the time of level 6. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 1 << 15);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** What HTTP calls deflate: the zlib format of RFC 1950. */
    private static final class FastDeflate extends DeflaterOutputStream {
        FastDeflate(OutputStream out) {
            super(out);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
