package io.millrace.testkit.remotewrite;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/**
 * Sends remote write requests over HTTP/1.1 with the headers of a Prometheus, once: what to do about the answer is the
 * caller's. Thread-safe.
 */
public final class WriteClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final URI url;
    private final String authorization;

    /**
     * @param url the whole URL, such as {@code http://127.0.0.1:9201/prometheus/default/api/v1/write}
     * @param keyId the id of an AccessKey, the user of basic auth
     * @param secret its secret, the password
     */
    public WriteClient(URI url, String keyId, String secret) {
        this.url = url;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((keyId + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    /** Sends as version 1.0. */
    public HttpResponse<String> send1(RemoteWriteRequest request) throws IOException, InterruptedException {
        return send(RemoteWriteRequest.snappy(request.version1()), RemoteWriteRequest.CONTENT_TYPE_1, "0.1.0");
    }

    /** Sends as version 2.0. */
    public HttpResponse<String> send2(RemoteWriteRequest request) throws IOException, InterruptedException {
        return send(RemoteWriteRequest.snappy(request.version2()), RemoteWriteRequest.CONTENT_TYPE_2, "2.0.0");
    }

    /** Sends any body with any content type. */
    public HttpResponse<String> send(byte[] body, String contentType, String version)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(TIMEOUT)
                .header("Content-Encoding", "snappy")
                .header("Content-Type", contentType)
                .header("X-Prometheus-Remote-Write-Version", version)
                .header("User-Agent", "millrace-testkit")
                .header("Authorization", authorization)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
