package io.millrace.query.read;

import io.millrace.runtime.config.Secret;
import io.millrace.wire.MalformedException;
import io.millrace.wire.openchunks.OpenChunk;
import io.millrace.wire.openchunks.OpenChunkRequest;
import io.millrace.wire.openchunks.OpenChunkResponseReader;
import io.millrace.wire.openchunks.OpenPartition;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks a writer for its open chunks over HTTP. Thread-safe; blocks the caller. */
final class HttpWriterClient implements WriterClient {
    private final HttpClient http;
    private final Duration timeout;
    private final Secret token;
    private final long maxBytes;

    /**
     * @param timeout for connecting and until the answer begins
     * @param maxBytes of chunk data one answer may hold
     */
    HttpWriterClient(HttpClient http, Duration timeout, Secret token, long maxBytes) {
        this.http = http;
        this.timeout = timeout;
        this.token = token;
        this.maxBytes = maxBytes;
    }

    @Override
    public Answer ask(String hostAndPort, OpenChunkRequest question) throws WriterException, InterruptedException {
        HttpRequest request;
        try {
            request = HttpRequest.newBuilder(URI.create("http://" + hostAndPort + OpenChunkRequest.PATH))
                    .version(HttpClient.Version.HTTP_1_1)
                    .timeout(timeout)
                    .header("Content-Type", "application/octet-stream")
                    .header(OpenChunkRequest.TOKEN_HEADER, token.reveal())
                    .POST(BodyPublishers.ofByteArray(question.encode()))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new WriterException("writer " + hostAndPort + ": not an address");
        }
        try {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = new BufferedInputStream(response.body(), 1 << 16)) {
                if (response.statusCode() != 200) {
                    String text = new String(body.readNBytes(200), StandardCharsets.UTF_8);
                    throw new WriterException(
                            "writer " + hostAndPort + " answered " + response.statusCode() + " " + text.strip());
                }
                return read(body);
            }
        } catch (IOException e) {
            throw new WriterException("writer " + hostAndPort + " does not answer: " + e);
        } catch (MalformedException e) {
            throw new WriterException("writer " + hostAndPort + ": " + e.getMessage());
        }
    }

    private Answer read(InputStream body) throws IOException {
        List<OpenChunk> chunks = new ArrayList<>();
        List<OpenPartition> partitions = new ArrayList<>();
        long[] bytes = {0};
        OpenChunkResponseReader.read(
                body,
                chunk -> {
                    bytes[0] += chunk.data().length;
                    if (bytes[0] > maxBytes) {
                        throw new MalformedException("more than " + maxBytes + " bytes of open chunks");
                    }
                    chunks.add(chunk);
                },
                partitions::add);
        return new Answer(chunks, partitions);
    }
}
