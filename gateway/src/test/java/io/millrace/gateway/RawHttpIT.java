package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.TestKafka;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What no HTTP client would send, byte by byte. */
class RawHttpIT {
    private static RunningGateway gateway;
    private static byte[] body;

    @BeforeAll
    static void start() throws Exception {
        gateway = new RunningGateway(
                TestKafka.bootstrapServers(),
                Map.of(
                        "MILLRACE_GATEWAY_REQUESTS_HEADER_TIMEOUT", "1500ms",
                        "MILLRACE_GATEWAY_REQUESTS_BODY_TIMEOUT", "2s",
                        "MILLRACE_GATEWAY_IN_FLIGHT_TOTAL", "1MiB"));
        gateway.control.markReady();
        body = RemoteWriteRequest.snappy(
                RemoteWriteRequest.of(WriteSeries.of("__name__", "raw").sample(System.currentTimeMillis(), 1))
                        .version1());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void shouldAnswerAnHttp2PrefaceCleanly() throws Exception {
        try (Socket socket = connect()) {
            write(socket, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

            assertThat(readToEnd(socket)).startsWith("HTTP/1.1 426 ").contains("HTTP/2 is not spoken here");
        }
    }

    @Test
    void shouldNotUpgradeToHttp2() throws Exception {
        try (Socket socket = connect()) {
            write(
                    socket,
                    head(
                            body.length,
                            "Connection: Upgrade, HTTP2-Settings",
                            "Upgrade: h2c",
                            "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"));
            write(socket, body);

            assertThat(readHead(socket)).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrder() throws Exception {
        try (Socket socket = connect()) {
            ByteArrayOutputStream three = new ByteArrayOutputStream();
            three.write(bytes(head(body.length)));
            three.write(body);
            three.write(bytes(head(1)));
            three.write('x');
            three.write(bytes(head(body.length, "Connection: close")));
            three.write(body);
            write(socket, three.toByteArray());

            assertThat(readToEnd(socket))
                    .containsSubsequence("HTTP/1.1 204 ", "HTTP/1.1 400 ", "millrace-bad-snappy", "HTTP/1.1 204 ");
        }
    }

    @Test
    void shouldAnswerOthersWhileSendersKeepThreadsBusyWithoutEnd() throws Exception {
        // given more such senders than threads work on requests
        int count = 2 * Runtime.getRuntime().availableProcessors() + 2;
        List<Socket> senders = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                Socket sender = connect();
                senders.add(sender);
                // after an answer that had to wait for Kafka
                write(sender, head(body.length));
                write(sender, body);
                assertThat(readHead(sender)).startsWith("HTTP/1.1 204 ");
                sendAhead(sender);
            }

            // when
            try (Socket other = connect()) {
                for (int i = 0; i < 30; i++) {
                    write(other, head(body.length));
                    write(other, body);

                    // then
                    assertThat(readHead(other)).startsWith("HTTP/1.1 204 ");
                }
            }
        } finally {
            for (Socket sender : senders) {
                sender.close();
            }
        }
        assertNothingIsInFlight();
    }

    /** Requests that are refused at once, the next always sent before the answer to the last, until the socket is closed. */
    private static void sendAhead(Socket socket) {
        byte[] many = bytes((head(1) + "x").repeat(200));
        daemon(() -> {
            while (true) {
                write(socket, many);
            }
        });
        daemon(() -> socket.getInputStream().transferTo(OutputStream.nullOutputStream()));
    }

    @Test
    void shouldAnswerOthersBetweenRequestsOfSendersThatDoNotWait() throws Exception {
        // given as many such senders as threads could work on requests, each with thousands that are refused at once
        int count = Runtime.getRuntime().availableProcessors();
        int requests = 10_000;
        byte[] ahead = bytes((head(1) + "x").repeat(requests));
        double before = refused();
        List<Socket> senders = new ArrayList<>();
        double[] between = new double[21];
        try (Socket other = connect()) {
            for (int i = 0; i < count; i++) {
                Socket sender = connect();
                senders.add(sender);
                daemon(() -> sender.getInputStream().transferTo(OutputStream.nullOutputStream()));
                daemon(() -> write(sender, ahead));
            }
            Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> refused() > before + 100);

            // when
            byte[] request = bytes(head(1) + "x");
            for (int i = 0; i < between.length; i++) {
                double sent = refused();
                write(other, request);
                readAnswer(other);
                between[i] = refused() - sent;
            }

            // then
            assertThat(refused() - before).as("still busy").isLessThan(count * requests);
            Arrays.sort(between);
            assertThat(between[between.length / 2]).isLessThan(100);

            // and theirs are all answered
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> refused() - before == count * requests + between.length);
        } finally {
            for (Socket sender : senders) {
                sender.close();
            }
        }
        assertNothingIsInFlight();
    }

    /** Head and body. */
    private static void readAnswer(Socket socket) throws IOException {
        String head = readHead(socket);
        int length = Integer.parseInt(head.replaceFirst("(?s).*Content-Length: (\\d+).*", "$1"));
        socket.getInputStream().readNBytes(length);
    }

    private static double refused() {
        return gateway.counter("millrace.gateway.requests", "protocol", "1.0", "status", "400");
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // that is its end
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Test
    void shouldNotAskForABodyItWillRefuse() throws Exception {
        try (Socket socket = connect()) {
            write(socket, "POST /nowhere HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n");

            assertThat(readToEnd(socket)).startsWith("HTTP/1.1 404 ");
        }
        try (Socket socket = connect()) {
            write(socket, head(body.length, "Expect: 100-continue"));
            assertThat(readHead(socket)).startsWith("HTTP/1.1 100 ");
            write(socket, body);
            assertThat(readHead(socket)).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void shouldCutOffSlowHeaders() throws Exception {
        try (Socket socket = connect()) {
            assertThat(drip(socket, head(body.length))).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(8));
        }
        try (Socket socket = connect()) {
            write(socket, head(body.length));
            write(socket, body);
            assertThat(readHead(socket)).startsWith("HTTP/1.1 204 ");
            // the second request on a connection is watched as well
            assertThat(drip(socket, head(body.length))).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(8));
        }
    }

    @Test
    void shouldCutOffSlowBodies() throws Exception {
        try (Socket socket = connect()) {
            write(socket, head(100_000));

            assertThat(drip(socket, "x".repeat(100_000))).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(8));
        }
        assertNothingIsInFlight();
    }

    @Test
    void shouldNotLeakWhenSendersGoAway() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Socket socket = connect()) {
                write(socket, head(50_000));
                write(socket, new byte[1000]);
            }
        }
        assertNothingIsInFlight();
    }

    @Test
    void shouldSay503WhenTooMuchIsOnItsWay() throws Exception {
        try (Socket first = connect();
                Socket second = connect()) {
            write(first, head(900_000));
            write(first, new byte[10]);
            Awaitility.await().until(() -> inFlight() > 800_000);
            write(second, head(300_000, "Connection: close"));
            write(second, new byte[300_000]);

            assertThat(readToEnd(second))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("Retry-After: ")
                    .contains("millrace-unavailable: too much is on its way");
        }
        assertNothingIsInFlight();
    }

    @Test
    void shouldGrowRetryAfterWithTheAttempt() throws Exception {
        try (Socket first = connect();
                Socket second = connect()) {
            write(first, head(900_000));
            write(first, new byte[10]);
            Awaitility.await().until(() -> inFlight() > 800_000);
            write(second, head(300_000, "Connection: close", "Retry-Attempt: 7"));
            write(second, new byte[300_000]);

            String answer = readToEnd(second);
            String seconds = answer.replaceAll("(?s).*Retry-After: (\\d+).*", "$1");
            assertThat(Integer.parseInt(seconds)).isBetween(16, 48);
        }
        assertNothingIsInFlight();
    }

    @Test
    void shouldRefuseWhatIsNotHttp() throws Exception {
        try (Socket socket = connect()) {
            write(socket, "hello\r\n\r\n");
            assertThat(readToEnd(socket)).startsWith("HTTP/1.1 400 ").doesNotContain("Exception", "\tat ", "<html");
        }
        try (Socket socket = connect()) {
            write(socket, "POST / HTTP/1.1\r\nHost: x\r\nA: " + "x".repeat(20_000) + "\r\n\r\n");
            assertThat(readToEnd(socket)).startsWith("HTTP/1.1 431 ");
        }
        try (Socket socket = connect()) {
            write(socket, "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\nHost: x\r\n\r\n");
            assertThat(readToEnd(socket)).startsWith("HTTP/1.1 400 ");
        }
        try (Socket socket = connect()) {
            write(socket, head(-1, "Transfer-Encoding: chunked") + "zz\r\n");
            assertThat(readToEnd(socket)).doesNotContain("HTTP/1.1 5", "Exception");
        }
        assertNothingIsInFlight();
    }

    private static void assertNothingIsInFlight() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> inFlight() == 0);
    }

    private static double inFlight() {
        return gateway.registry.get("millrace.gateway.in.flight.bytes").gauge().value();
    }

    /** Writes a byte every 100 ms until the connection is closed. */
    private static Duration drip(Socket socket, String text) throws Exception {
        long start = System.nanoTime();
        socket.setSoTimeout(100);
        InputStream in = socket.getInputStream();
        for (byte b : bytes(text)) {
            try {
                socket.getOutputStream().write(b);
                if (in.read() < 0) {
                    break;
                }
            } catch (java.net.SocketTimeoutException stillOpen) {
                continue;
            } catch (SocketException closed) {
                break;
            }
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.service.internalPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String head(int length, String... more) {
        String credentials = gateway.key.key().id() + ":" + gateway.key.secret().reveal();
        StringBuilder head = new StringBuilder("POST /prometheus/shop/api/v1/write HTTP/1.1\r\nHost: x\r\n")
                .append("Authorization: Basic ")
                .append(Base64.getEncoder().encodeToString(bytes(credentials)))
                .append("\r\n");
        if (length >= 0) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        Arrays.stream(more).forEach(line -> head.append(line).append("\r\n"));
        return head.append("\r\n").toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void write(Socket socket, String text) throws IOException {
        write(socket, bytes(text));
    }

    private static void write(Socket socket, byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    /** Up to the empty line after the headers. */
    private static String readHead(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                break;
            }
            head.append((char) b);
        }
        return head.toString();
    }

    private static String readToEnd(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (SocketException reset) {
            // what came before it counts
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }
}
