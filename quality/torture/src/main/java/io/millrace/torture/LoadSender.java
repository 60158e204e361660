package io.millrace.torture;

import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sends one series set as a Prometheus does: one request at a time, repeated until it is acknowledged, then the next; what
 * could not be sent meanwhile is skipped. One thread, made by {@link #start}; figures may be read by any.
 */
final class LoadSender {
    /** Then the samples are given up, as a sender does whose own buffer is full. */
    private static final int MAX_ATTEMPTS = 60;

    private static final long RETRY_MS = 300;

    private final SenderSeries series;
    private final WriteClient client;
    private final Duration interval;
    private final SentLog log = new SentLog();
    private final Thread thread;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong refusedAttempts = new AtomicLong();
    private final AtomicLong givenUp = new AtomicLong();
    private volatile boolean stopping;
    private volatile @Nullable String wrong;

    LoadSender(int number, SenderSeries series, WriteClient client, Duration interval) {
        this.series = series;
        this.client = client;
        this.interval = interval;
        this.thread = new Thread(this::run, "sender-" + number);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Ends after the request that is on its way. */
    void stop() throws InterruptedException {
        stopping = true;
        thread.join();
    }

    private void run() {
        long lastMs = 0;
        try {
            while (!stopping) {
                long dueMs = lastMs + interval.toMillis();
                long nowMs = System.currentTimeMillis();
                if (nowMs < dueMs) {
                    TimeUnit.MILLISECONDS.sleep(dueMs - nowMs);
                }
                // never the same timestamp twice, even when the clock is set back
                lastMs = Math.max(dueMs, System.currentTimeMillis());
                send(lastMs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(long timestampMs) throws InterruptedException {
        RemoteWriteRequest request = series.request(timestampMs);
        int samples = series.at(timestampMs).size();
        int attempts = 0;
        while (attempts < MAX_ATTEMPTS) {
            attempts++;
            log.put(new SentLog.Sent(timestampMs, attempts, false));
            if (attempt(request)) {
                log.put(new SentLog.Sent(timestampMs, attempts, true));
                acknowledged.addAndGet(samples);
                return;
            }
            refusedAttempts.incrementAndGet();
            TimeUnit.MILLISECONDS.sleep(RETRY_MS);
        }
        givenUp.addAndGet(samples);
    }

    private boolean attempt(RemoteWriteRequest request) throws InterruptedException {
        try {
            HttpResponse<String> answer = client.send1(request);
            if (answer.statusCode() / 100 == 2) {
                return true;
            }
            if (answer.statusCode() / 100 == 4) {
                wrong = "a valid request was refused with " + answer.statusCode() + ": " + answer.body();
            }
        } catch (IOException e) {
            // the gateway was killed, or does not answer: it may have taken the request or not
        }
        return false;
    }

    SenderSeries series() {
        return series;
    }

    SentLog log() {
        return log;
    }

    long acknowledgedSamples() {
        return acknowledged.get();
    }

    /** Requests that were not acknowledged and were sent again, or given up. */
    long refusedAttempts() {
        return refusedAttempts.get();
    }

    long givenUpSamples() {
        return givenUp.get();
    }

    /** An answer that must never come, since senders drop data on it; null when there was none. */
    @Nullable
    String wrong() {
        return wrong;
    }
}
