package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.TestKafka;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIT {
    private static final String PASSWORD = "password";

    @TempDir
    private Path folder;

    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        certificate("first", "EC");
        gateway = new RunningGateway(
                TestKafka.bootstrapServers(),
                Map.of(
                        "MILLRACE_GATEWAY_INTERNET_ENABLED", "true",
                        "MILLRACE_GATEWAY_INTERNET_CERTIFICATE",
                                folder.resolve("tls.crt").toString(),
                        "MILLRACE_GATEWAY_INTERNET_PRIVATE_KEY",
                                folder.resolve("tls.key").toString()));
        gateway.control.markReady();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void shouldSpeakHttp11ToAClientThatOffersHttp2() throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(trustingAll())
                .build();
        byte[] body = RemoteWriteRequest.snappy(
                RemoteWriteRequest.of(WriteSeries.of("__name__", "tls").sample(System.currentTimeMillis(), 1))
                        .version1());
        String credentials = gateway.key.key().id() + ":" + gateway.key.secret().reveal();
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        "https://127.0.0.1:" + gateway.service.internetPort() + "/prometheus/shop/api/v1/write"))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();

        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(gateway.received(RunningGateway.SHOP).of("__name__", "tls").samples())
                .hasSize(1);
        // and the connection was left to the thread of its selector, as without TLS
        Awaitility.await()
                .until(() -> gateway.registry
                                .get("millrace.gateway.selector.wait")
                                .timer()
                                .count()
                        > 0);
    }

    @Test
    void shouldTakeANewCertificateAndKeepTheOldWhenTheNewIsNoGood() throws Exception {
        assertThat(servedName()).isEqualTo("CN=first");

        certificate("second", "RSA");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> servedName().equals("CN=second"));

        String secondKey = Files.readString(folder.resolve("tls.key"));
        certificate("other", "RSA");
        Files.writeString(folder.resolve("tls.key"), secondKey);
        Thread.sleep(12_000); // longer than the pause between two looks
        assertThat(servedName()).isEqualTo("CN=second");

        certificate("third", "EC");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> servedName().equals("CN=third"));
    }

    @Test
    void shouldNotAnswerPlainHttpOnTheTlsPort() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", gateway.service.internetPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            String answer = new String(readQuietly(socket.getInputStream()), StandardCharsets.ISO_8859_1);

            assertThat(answer).doesNotContain("HTTP/1.1 2", "Exception");
        }
        assertThat(servedName()).isEqualTo("CN=first");
    }

    @Test
    void shouldSayWhatIsWrongWithTheFiles() throws Exception {
        Files.writeString(
                folder.resolve("other.key"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");

        assertThatThrownBy(() -> new RunningGateway(
                        TestKafka.bootstrapServers(),
                        Map.of(
                                "MILLRACE_GATEWAY_INTERNET_ENABLED", "true",
                                "MILLRACE_GATEWAY_INTERNET_CERTIFICATE",
                                        folder.resolve("tls.crt").toString(),
                                "MILLRACE_GATEWAY_INTERNET_PRIVATE_KEY",
                                        folder.resolve("other.key").toString())))
                .hasMessageContaining("other.key has a private key of the kind \"RSA\"")
                .hasMessageContaining("openssl pkcs8 -topk8 -nodes");
    }

    private static byte[] readQuietly(InputStream in) {
        try {
            return in.readAllBytes();
        } catch (IOException reset) {
            return new byte[0];
        }
    }

    private String servedName() throws Exception {
        try (SSLSocket socket = (SSLSocket)
                trustingAll().getSocketFactory().createSocket("127.0.0.1", gateway.service.internetPort())) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    /** Writes tls.crt and tls.key, the key first, as a tool that renews certificates might. */
    private void certificate(String name, String algorithm) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "key",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            loaded.load(in, PASSWORD.toCharArray());
        }
        Files.writeString(
                folder.resolve("tls.key"),
                pem("PRIVATE KEY", loaded.getKey("key", PASSWORD.toCharArray()).getEncoded()));
        Files.writeString(
                folder.resolve("tls.crt"),
                pem("CERTIFICATE", loaded.getCertificate("key").getEncoded()));
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(bytes)
                + "\n-----END " + kind + "-----\n";
    }

    /** An extended trust manager is not asked about host names. */
    private static SSLContext trustingAll() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, null);
        return context;
    }

    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
