package io.millrace.runtime.kafka;

/** Makes the topics that are missing and checks those that are there. */
public final class TopicAdmin {
    private TopicAdmin() {}

    /**
     * Makes sure that all topics of Millrace are there as {@code settings} say. Every process calls it before anything
     * else uses Kafka; any number of processes may do so at once. Waits while the broker is coming up.
     *
     * @throws TopicException when no broker answers within {@code kafka.start-timeout}, or a topic that exists cannot
     *     be used
     */
    public static void ensure(KafkaSettings settings) {
        throw new UnsupportedOperationException();
    }
}
