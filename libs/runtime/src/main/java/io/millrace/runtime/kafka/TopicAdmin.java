package io.millrace.runtime.kafka;

import io.millrace.runtime.Health;
import io.millrace.runtime.Service;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the topics that are missing and checks those that are there. Existing topics are never changed: that is the
 * operator's.
 */
public final class TopicAdmin {
    private static final Logger log = LoggerFactory.getLogger(TopicAdmin.class);

    /** One question to the broker; a broker that is coming up often does not answer at all. */
    private static final int REQUEST_TIMEOUT_MILLIS = 5_000;

    private final KafkaSettings settings;
    private final Admin admin;
    private final Patience patience;

    private TopicAdmin(KafkaSettings settings, Admin admin, Patience patience) {
        this.settings = settings;
        this.admin = admin;
        this.patience = patience;
    }

    /**
     * Makes sure that all topics of Millrace are there as {@code settings} say. Every process calls it before anything
     * else uses Kafka; any number of processes may do so at once. Waits while the broker is coming up.
     *
     * @throws TopicException when no broker answers within {@code kafka.start-timeout}, or a topic that exists cannot
     *     be used, or the thread is interrupted (the flag is kept)
     */
    public static void ensure(KafkaSettings settings) {
        Map<String, Object> client = KafkaClients.common(settings, "millrace-topics");
        client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        Patience patience = new Patience(settings);
        try (Admin admin = patience.retrying("connect", () -> open(client))) {
            new TopicAdmin(settings, admin, patience).ensure();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TopicException("interrupted while waiting for Kafka", e);
        }
    }

    /** The client refuses to be made while the name of the broker is unknown, as when its container comes up. */
    private static Admin open(Map<String, Object> client) throws ExecutionException {
        try {
            return Admin.create(client);
        } catch (KafkaException e) {
            String message = e.getCause() instanceof ConfigException cause ? String.valueOf(cause.getMessage()) : "";
            throw new ExecutionException(
                    message.contains("No resolvable bootstrap") ? new NotYetException(message) : e);
        }
    }

    /** {@link #ensure} as the first service of a process. */
    public static Service asService(KafkaSettings settings) {
        return new Service() {
            @Override
            public String name() {
                return "topics";
            }

            @Override
            public void start() {
                ensure(settings);
            }

            @Override
            public Health check() {
                return Health.READY;
            }

            @Override
            public void close() {}
        };
    }

    private void ensure() throws InterruptedException {
        List<TopicSpec> specs = TopicSpec.all(settings);
        Set<String> existing =
                patience.retrying("list topics", () -> get(admin.listTopics().names()));
        List<TopicSpec> missing =
                specs.stream().filter(spec -> !existing.contains(spec.name())).toList();
        for (TopicSpec spec : missing) {
            patience.retrying("make topic " + spec.name(), () -> create(spec));
        }
        Map<String, TopicDescription> descriptions = patience.retrying(
                "see all topics with a leader for each partition", () -> describeWithLeaders(names(specs)));
        check(specs, descriptions);
    }

    private boolean create(TopicSpec spec) throws InterruptedException, ExecutionException {
        try {
            get(admin.createTopics(List.of(spec.toNewTopic())).all());
            log.info(
                    "topic made topic={} partitions={} copies={} config={}",
                    spec.name(),
                    spec.partitions(),
                    spec.replicationFactor(),
                    spec.config());
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false; // another process was faster
            }
            throw e;
        }
    }

    /** Throws while a partition has no leader: a producer would get an error for it. */
    private Map<String, TopicDescription> describeWithLeaders(Collection<String> names)
            throws InterruptedException, ExecutionException {
        Map<String, TopicDescription> descriptions =
                get(admin.describeTopics(names).allTopicNames());
        for (TopicDescription description : descriptions.values()) {
            boolean complete = description.partitions().stream()
                    .allMatch(p -> p.leader() != null && !p.leader().isEmpty());
            if (!complete) {
                throw new ExecutionException(
                        new NotYetException("a partition of topic " + description.name() + " has no leader"));
            }
        }
        return descriptions;
    }

    private void check(List<TopicSpec> specs, Map<String, TopicDescription> descriptions) throws InterruptedException {
        List<ConfigResource> resources = specs.stream()
                .map(spec -> new ConfigResource(ConfigResource.Type.TOPIC, spec.name()))
                .toList();
        Map<String, Map<String, String>> configs =
                patience.retrying("read the settings of topics", () -> configs(resources));
        TopicCheck check = new TopicCheck();
        for (TopicSpec spec : specs) {
            TopicDescription description = descriptions.get(spec.name());
            if (description != null) {
                int copies = description.partitions().stream()
                        .mapToInt(partition -> partition.replicas().size())
                        .min()
                        .orElse(0);
                check.compare(
                        spec, description.partitions().size(), copies, configs.getOrDefault(spec.name(), Map.of()));
            }
        }
        check.warnings().forEach(warning -> log.warn("topic differs: {}", warning));
        if (!check.errors().isEmpty()) {
            throw new TopicException(String.join("; ", check.errors()), null);
        }
    }

    private Map<String, Map<String, String>> configs(List<ConfigResource> resources)
            throws InterruptedException, ExecutionException {
        Map<String, Map<String, String>> configs = new HashMap<>();
        get(admin.describeConfigs(resources).all()).forEach((resource, config) -> {
            Map<String, String> values = new HashMap<>();
            for (ConfigEntry entry : config.entries()) {
                if (entry.value() != null) {
                    values.put(entry.name(), entry.value());
                }
            }
            configs.put(resource.name(), values);
        });
        return configs;
    }

    private static <T> T get(KafkaFuture<T> future) throws InterruptedException, ExecutionException {
        return future.get();
    }

    private static List<String> names(List<TopicSpec> specs) {
        return new ArrayList<>(specs.stream().map(TopicSpec::name).collect(Collectors.toSet()));
    }
}
