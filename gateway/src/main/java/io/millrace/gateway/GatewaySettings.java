package io.millrace.gateway;

import io.millrace.runtime.admin.AdminConfig;
import io.millrace.runtime.config.DataSize;
import io.millrace.runtime.config.Doc;
import io.millrace.runtime.config.Range;
import io.millrace.runtime.kafka.KafkaSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The configuration of the gateway. */
@ConfigMapping(prefix = "gateway")
public interface GatewaySettings {
    /** How to reach Kafka. */
    KafkaSettings kafka();

    /** Where the admin endpoint listens. */
    AdminConfig admin();

    @Doc("The listener for senders in the own network: plain HTTP.")
    Internal internal();

    @Doc("The listener for senders on the Internet: TLS when a certificate is given.")
    Internet internet();

    @Doc("A request to <instance>.<domain> is for that instance, when the path does not name one.")
    Optional<String> domain();

    @Doc("What one request may be.")
    Requests requests();

    @Doc("How much may be on its way through the gateway at one time.")
    InFlight inFlight();

    @Doc("How records are written to Kafka.")
    Publishing publishing();

    /** The listener for the own network. */
    interface Internal {
        @Doc("Whether the listener is there.")
        @WithDefault("true")
        boolean enabled();

        @Doc("Address to listen on.")
        @WithDefault("0.0.0.0")
        String host();

        @Doc("Port to listen on; 0 takes a free one.")
        @WithDefault("9201")
        @Range(min = "0", max = "65535")
        int port();
    }

    /** The listener for the Internet. */
    interface Internet {
        @Doc("Whether the listener is there.")
        @WithDefault("false")
        boolean enabled();

        @Doc("Address to listen on.")
        @WithDefault("0.0.0.0")
        String host();

        @Doc("Port to listen on; 0 takes a free one.")
        @WithDefault("9202")
        @Range(min = "0", max = "65535")
        int port();

        @Doc("PEM file with the certificate and its chain. Read again when it changes. Without it the listener speaks"
                + " plain HTTP, for use behind a proxy that ends TLS.")
        Optional<Path> certificate();

        @Doc("PEM file with the private key (PKCS#8, not encrypted) of the certificate. Read again when it changes.")
        Optional<Path> privateKey();
    }

    /** What one request may be. */
    interface Requests {
        @Doc("Largest body as sent, compressed. Above it: 413.")
        @WithDefault("16MiB")
        @Range(min = "1KiB", max = "256MiB")
        DataSize maxBody();

        @Doc("Largest body after inflating. Above it: 413.")
        @WithDefault("32MiB")
        @Range(min = "1KiB", max = "512MiB")
        DataSize maxDecodedBody();

        @Doc("Most series in one request. Above it: 413.")
        @WithDefault("100000")
        @Range(min = "1", max = "10000000")
        int maxSeries();

        @Doc("Most symbols in one remote write 2.0 request. Above it: 413.")
        @WithDefault("200000")
        @Range(min = "1", max = "10000000")
        int maxSymbols();

        @Doc("Time for the headers of a request, from its first byte. A slower sender is cut off.")
        @WithDefault("10s")
        @Range(min = "100ms", max = "10m")
        Duration headerTimeout();

        @Doc("Time for the body of a request. A slower sender is cut off.")
        @WithDefault("30s")
        @Range(min = "100ms", max = "10m")
        Duration bodyTimeout();

        @Doc(
                "A connection without any request for so long is closed. Keep it above the scrape interval of the senders.")
        @WithDefault("90s")
        @Range(min = "1s", max = "1h")
        Duration idleTimeout();

        @Doc("Most connections of all listeners together. More are not accepted until some close.")
        @WithDefault("10000")
        @Range(min = "1", max = "1000000")
        int maxConnections();

        @Doc("Most threads of the listeners. In each as many as cores but one, at most a quarter of these, do what"
                + " connections need; the others take connections and decode large bodies.")
        @WithDefault("64")
        @Range(min = "8", max = "10000")
        int maxThreads();
    }

    /** How much may be on its way at one time. */
    interface InFlight {
        @Doc("Bytes of all requests together, from reading the body to the acknowledgement by Kafka. Above it: 503 with"
                + " Retry-After. Reserve twice as much of the heap.")
        @WithDefault("192MiB")
        @Range(min = "1MiB")
        DataSize total();

        @Doc("Bytes of the requests of one instance. Above it: 503 with Retry-After.")
        @WithDefault("96MiB")
        @Range(min = "1MiB")
        DataSize perInstance();
    }

    /** How records are written to Kafka. */
    interface Publishing {
        @Doc("How long a record waits for others to share a batch with.")
        @WithDefault("5ms")
        @Range(min = "0ms", max = "1s")
        Duration linger();

        @Doc("Batch size per partition, before compression.")
        @WithDefault("512KiB")
        @Range(min = "16KiB", max = "960KiB")
        DataSize batchSize();

        @Doc("How batches are compressed. Records tell most labels by their differences from those before, so"
                + " that compressing them again costs the gateway more than it saves the brokers.")
        @WithDefault("none")
        Compression compression();

        @Doc("When Kafka has not acknowledged by then, the sender gets 503 with Retry-After.")
        @WithDefault("10s")
        @Range(min = "1s", max = "5m")
        Duration deliveryTimeout();

        @Doc("How long the gateway waits for one answer of a broker before it asks again.")
        @WithDefault("4s")
        @Range(min = "500ms", max = "5m")
        Duration requestTimeout();
    }

    /** How the producer compresses batches; named as Kafka names it, in capitals. */
    enum Compression {
        NONE,
        LZ4,
        ZSTD
    }
}
