package io.millrace.gateway.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives TLS the new certificate when its files have changed. Connections that are open go on with the old one. When the
 * new files are no good, the old certificate stays and the log says why, once for each change. One thread.
 */
final class CertificateReload {
    private static final Logger log = LoggerFactory.getLogger(CertificateReload.class);

    private final PemCertificate files;
    private final SslContextFactory.Server tls;
    private byte[] loaded = new byte[0];
    private byte[] seen = new byte[0];

    CertificateReload(PemCertificate files, SslContextFactory.Server tls) {
        this.files = files;
        this.tls = tls;
    }

    /** The first load. @throws IOException when the files are no good */
    void load() throws IOException {
        byte[] content = content();
        tls.setKeyStore(files.load());
        tls.setKeyStorePassword("");
        loaded = content;
    }

    /** Looks whether the files have changed and then stayed the same for one look; called every few seconds. */
    void check() {
        byte[] content;
        try {
            content = content();
        } catch (IOException e) {
            return; // being replaced: the next look will find them
        }
        boolean settled = Arrays.equals(content, seen);
        seen = content;
        if (!settled || Arrays.equals(content, loaded)) {
            return; // one file may be new and the other still old: wait for the next look
        }
        loaded = content;
        try {
            var store = files.load();
            tls.reload(factory -> tls.setKeyStore(store));
            log.info("certificate reloaded file={}", files.certificate());
        } catch (Exception e) {
            log.error("certificate not reloaded, the old one stays file={}", files.certificate(), e);
        }
    }

    /** Both files: small, and a time stamp may stay the same when a file is replaced. */
    private byte[] content() throws IOException {
        byte[] first = read(files.certificate());
        byte[] second = read(files.privateKey());
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] read(Path file) throws IOException {
        return Files.readAllBytes(file);
    }
}
