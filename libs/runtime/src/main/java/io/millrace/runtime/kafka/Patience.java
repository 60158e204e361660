package io.millrace.runtime.kafka;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a cluster that is coming up until it answers or {@code kafka.start-timeout} is over. For one thread. */
final class Patience {
    private static final Logger log = LoggerFactory.getLogger(Patience.class);
    private static final long PAUSE_MILLIS = 500;

    /** One question to the broker. */
    interface Question<T> {
        /** @throws ExecutionException with the cause that decides whether to ask again */
        T ask() throws InterruptedException, ExecutionException;
    }

    private final KafkaSettings settings;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private final long deadlineNanos;
    private String lastLogged = "";

    /** Waits; a test moves its clock instead. */
    interface Pause {
        void millis(long millis) throws InterruptedException;
    }

    Patience(KafkaSettings settings) {
        this(settings, System::nanoTime, TimeUnit.MILLISECONDS::sleep);
    }

    Patience(KafkaSettings settings, LongSupplier nanoTime, Pause pause) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.deadlineNanos = nanoTime.getAsLong() + settings.startTimeout().toNanos();
    }

    /**
     * Asks until there is an answer.
     *
     * @param purpose what the question is for, as in "cannot …"
     * @throws TopicException when the time is up or the cause will not pass
     */
    <T> T retrying(String purpose, Question<T> question) throws InterruptedException {
        while (true) {
            try {
                return question.ask();
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                if (!mayPass(cause)) {
                    throw new TopicException("cannot " + purpose + ": " + reason(cause), cause);
                }
                if (nanoTime.getAsLong() - deadlineNanos >= 0) {
                    throw new TopicException(timeoutMessage(purpose, cause), cause);
                }
                logOnce(purpose, cause);
                pause.millis(PAUSE_MILLIS);
            }
        }
    }

    /** Too few brokers for the replication factor is normal while the brokers of a cluster come up one by one. */
    private static boolean mayPass(Throwable cause) {
        return cause instanceof RetriableException || cause instanceof InvalidReplicationFactorException;
    }

    private String timeoutMessage(String purpose, Throwable cause) {
        if (cause instanceof InvalidReplicationFactorException) {
            return "cannot " + purpose + " with kafka.replication-factor=" + settings.replicationFactor() + ": "
                    + reason(cause) + "; start more brokers, or set kafka.replication-factor and"
                    + " kafka.min-in-sync-replicas to 1 for a single broker";
        }
        return "cannot " + purpose + ": no answer from Kafka at " + settings.bootstrapServers() + " within "
                + settings.startTimeout().toSeconds() + " s (" + reason(cause)
                + "); check that the broker runs and kafka.bootstrap-servers is right";
    }

    private void logOnce(String purpose, Throwable cause) {
        String state = purpose + cause.getClass().getName();
        if (!state.equals(lastLogged)) {
            lastLogged = state;
            log.info(
                    "waiting for Kafka servers={} to={} because={}",
                    settings.bootstrapServers(),
                    purpose,
                    reason(cause));
        }
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
