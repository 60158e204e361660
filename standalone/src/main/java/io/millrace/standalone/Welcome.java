package io.millrace.standalone;

import io.millrace.runtime.config.Secret;
import org.jspecify.annotations.Nullable;

/** What is said when everything is ready. A pure function of addresses and key. */
final class Welcome {

    /**
     * What the text is about.
     *
     * @param gateway such as {@code http://127.0.0.1:9201}
     * @param secret null when it was shown at the first start
     */
    record Facts(
            String gateway,
            String query,
            String admin,
            String instance,
            String keyId,
            @Nullable Secret secret) {}

    private static final String TEXT = """

            Millrace is ready after %s.

              write    %s
              query    %s
              health   %s/ready     metrics  %s/metrics
              own metrics go to the instance millrace: %s/prometheus/millrace

              AccessKey id      %s
              AccessKey secret  %s

            A prometheus.yml that scrapes the Prometheus itself and writes to Millrace:

            global:
              scrape_interval: 15s

            scrape_configs:
              - job_name: "prometheus"
                static_configs:
                  - targets: ["localhost:9090"]

            remote_write:
              - url: "%s"
                basic_auth:
                  username: "%s"
                  password: "%s"
                queue_config:
                  max_samples_per_send: 1000
                  max_shards: 200
                  capacity: 2500

            What to try next:

              curl -s -u %s:%s '%s/api/v1/query?query=up'
              curl -s -u %s:%s '%s/api/v1/labels'
              bin/millrace status
            """;

    private Welcome() {}

    static String text(Facts facts, String duration) {
        String write = writeUrl(facts.gateway(), facts.instance());
        String query = queryUrl(facts.query(), facts.instance());
        Secret secret = facts.secret();
        String shown = secret != null ? secret.reveal() : "<secret>";
        String secretLine = secret != null
                ? shown + "   (shown this once: only its hash is kept)"
                : "was shown at the first start; 'bin/millrace key create' makes a new key";
        return TEXT.formatted(
                duration,
                write,
                query,
                facts.admin(),
                facts.admin(),
                facts.query(),
                facts.keyId(),
                secretLine,
                write,
                facts.keyId(),
                shown,
                facts.keyId(),
                shown,
                query,
                facts.keyId(),
                shown,
                query);
    }

    static String writeUrl(String gateway, String instance) {
        return gateway + "/prometheus/" + instance + "/api/v1/write";
    }

    static String queryUrl(String query, String instance) {
        return query + "/prometheus/" + instance;
    }
}
