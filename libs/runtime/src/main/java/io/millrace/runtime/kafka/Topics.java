package io.millrace.runtime.kafka;

/**
 * The names of the topics.
 *
 * @param prefix begins every name; may be empty
 */
public record Topics(String prefix) {
    /** The names for these settings. */
    public static Topics of(KafkaSettings settings) {
        return new Topics(settings.topicPrefix());
    }

    /** Batches of decoded series from the gateway. */
    public String received() {
        return prefix + "received";
    }

    /** Batches of samples by series id, from the processor. */
    public String samples() {
        return prefix + "samples";
    }

    /** One record for each series and day, from the processor. */
    public String series() {
        return prefix + "series";
    }

    /** What was refused. */
    public String rejections() {
        return prefix + "rejections";
    }

    /** Usage of each tenant by partition. */
    public String usage() {
        return prefix + "usage";
    }

    /** Usage of each job of a tenant by partition. */
    public String usageByJob() {
        return prefix + "usage-by-job";
    }

    /** What each gateway is offered of each tenant, twice a second. One partition. */
    public String gateways() {
        return prefix + "gateways";
    }

    /** Which partitions of the processor take no new series of which tenant. One partition. */
    public String admission() {
        return prefix + "admission";
    }

    /** Which partitions of {@link #received} each tenant uses. One partition. */
    public String shards() {
        return prefix + "shards";
    }

    /** Accounts, users, keys, instances. One partition. */
    public String control() {
        return prefix + "control";
    }

    /** Who changed what in {@link #control}. One partition. */
    public String audit() {
        return prefix + "audit";
    }

    /** Claims of high-availability replicas. One partition. */
    public String ha() {
        return prefix + "ha";
    }

    /** When and from where each access key was last used. One partition. */
    public String keyUses() {
        return prefix + "key-uses";
    }

    /** Records nobody could read. */
    public String quarantine() {
        return prefix + "quarantine";
    }
}
