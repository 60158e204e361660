package io.millrace.runtime.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.TopicConfig;

/** Compares a topic that exists with how it should be. Pure. */
final class TopicCheck {
    /** Differences with which Millrace would put data in the wrong place or lose it: it does not start. */
    private final List<String> errors = new ArrayList<>();

    /** Differences an operator may have made on purpose: they are logged. */
    private final List<String> warnings = new ArrayList<>();

    /**
     * Adds what differs.
     *
     * @param partitions of the existing topic
     * @param replicationFactor of the existing topic, the least of its partitions
     * @param config effective settings of the existing topic
     */
    void compare(TopicSpec wanted, int partitions, int replicationFactor, Map<String, String> config) {
        if (partitions != wanted.partitions()) {
            String difference = "topic " + wanted.name() + " has " + partitions + " partitions, the configuration says "
                    + wanted.partitions();
            if (wanted.fixedPartitions()) {
                errors.add(difference + "; set kafka.partitions to what the topics received, samples and series have,"
                        + " or use another kafka.topic-prefix for a new installation");
            } else {
                warnings.add(difference);
            }
        }
        if (replicationFactor < wanted.replicationFactor()) {
            warnings.add("topic " + wanted.name() + " has " + replicationFactor
                    + " copies of a partition, the configuration says " + wanted.replicationFactor()
                    + "; see kafka-reassign-partitions");
        }
        wanted.config().forEach((key, value) -> compareSetting(wanted.name(), key, value, config.get(key)));
    }

    private void compareSetting(
            String topic, String key, String wanted, @org.jspecify.annotations.Nullable String actual) {
        if (actual == null || wanted.equals(actual)) {
            return;
        }
        String difference = "topic " + topic + " has " + key + "=" + actual + ", Millrace would make it " + wanted;
        if (!key.equals(TopicConfig.CLEANUP_POLICY_CONFIG)) {
            warnings.add(difference + "; see kafka-configs");
        } else if (!policies(actual).equals(policies(wanted))) {
            errors.add(difference + "; with another policy data would be lost: change it with kafka-configs");
        }
    }

    private static Set<String> policies(String value) {
        return new TreeSet<>(List.of(value.replace(" ", "").split(",", -1)));
    }

    List<String> errors() {
        return List.copyOf(errors);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }
}
