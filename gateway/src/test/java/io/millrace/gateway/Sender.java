package io.millrace.gateway;

import io.millrace.runtime.control.AccessKeys;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sends requests whose headers can be set, removed and spoilt one by one. */
final class Sender {
    static final String V2 = RemoteWriteRequest.CONTENT_TYPE_2;

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI uri;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private boolean chunked;

    Sender(URI uri) {
        this.uri = uri;
        headers.put("Content-Type", RemoteWriteRequest.CONTENT_TYPE_1);
        headers.put("Content-Encoding", "snappy");
    }

    static Sender to(RunningGateway gateway) {
        return new Sender(gateway.writeUri()).key(gateway.key);
    }

    static Sender to(RunningGateway gateway, String path) {
        return new Sender(gateway.uri(path)).key(gateway.key);
    }

    Sender key(AccessKeys.NewAccessKey key) {
        return credentials(key.key().id(), key.secret().reveal());
    }

    Sender credentials(String user, String password) {
        String text = user + ":" + password;
        return header(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    }

    Sender header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    Sender without(String name) {
        headers.remove(name);
        return this;
    }

    Sender v2() {
        return header("Content-Type", V2);
    }

    /** Without Content-Length, as Go does with a body of unknown length. */
    Sender chunked() {
        chunked = true;
        return this;
    }

    HttpResponse<String> send1(RemoteWriteRequest request) throws IOException, InterruptedException {
        return send(RemoteWriteRequest.snappy(request.version1()));
    }

    HttpResponse<String> send2(RemoteWriteRequest request) throws IOException, InterruptedException {
        return v2().send(RemoteWriteRequest.snappy(request.version2()));
    }

    HttpResponse<String> send(byte[] body) throws IOException, InterruptedException {
        return send("POST", body);
    }

    HttpResponse<String> send(String method, byte[] body) throws IOException, InterruptedException {
        HttpRequest.BodyPublisher publisher = chunked
                ? HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                : HttpRequest.BodyPublishers.ofByteArray(body);
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).method(method, publisher);
        headers.forEach(builder::header);
        return CLIENT.send(builder.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The three Written headers as {@code samples/histograms/exemplars}; {@code -} for a missing one. */
    static String written(HttpResponse<?> response) {
        return String.join(
                "/", written(response, "Samples"), written(response, "Histograms"), written(response, "Exemplars"));
    }

    private static String written(HttpResponse<?> response, String what) {
        return response.headers()
                .firstValue("X-Prometheus-Remote-Write-" + what + "-Written")
                .orElse("-");
    }
}
