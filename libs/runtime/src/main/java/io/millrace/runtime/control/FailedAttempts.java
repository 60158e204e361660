package io.millrace.runtime.control;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Counts failed attempts to authenticate, and says when an address or a key id has too many.
 *
 * <p>It is asked only after an attempt has failed, so it can never lock out a valid key, whoever hammers the same key id
 * or comes from the same address. What it limits is what failures cost: past the limit the caller gets a bare 429 with
 * {@code Retry-After}, and no log line. Guessing is hopeless anyway (160 bits).
 *
 * <h2>How it counts</h2>
 *
 * One token bucket for each address (IPv6: each /64, which is what one customer has) and one for each key id: 20 failures
 * at once, then one every 6 seconds. The least recently failing of {@value #MAX_BUCKETS} of each are kept; a bucket is 100
 * bytes, so all of it stays under 2 MB. Safe for any thread.
 */
public final class FailedAttempts implements MeterBinder {
    private static final int MAX_BUCKETS = 10_000;
    private static final int BURST = 20;
    private static final long REFILL_NANOS = TimeUnit.SECONDS.toNanos(6);

    private final LongSupplier nanoTime;
    private final Map<String, Bucket> byAddress = new Buckets();
    private final Map<String, Bucket> byKey = new Buckets();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong limited = new AtomicLong();

    /** @param nanoTime usually {@code System::nanoTime} */
    public FailedAttempts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * An attempt has failed.
     *
     * @param keyId as the caller gave it, at most the first 64 characters count; empty when there was none
     * @return 0 to answer 401 as usual; otherwise the seconds for {@code Retry-After} of a 429
     */
    public int failed(InetAddress address, String keyId) {
        failed.incrementAndGet();
        long now = nanoTime.getAsLong();
        String key = keyId.length() <= 64 ? keyId : keyId.substring(0, 64);
        long wait = Math.max(take(byAddress, networkOf(address), now), key.isEmpty() ? 0 : take(byKey, key, now));
        if (wait == 0) {
            return 0;
        }
        limited.incrementAndGet();
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toSeconds(wait + TimeUnit.SECONDS.toNanos(1) - 1));
    }

    private static String networkOf(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address ? Arrays.toString(Arrays.copyOf(bytes, 8)) : Arrays.toString(bytes);
    }

    private static long take(Map<String, Bucket> buckets, String name, long now) {
        synchronized (buckets) {
            Bucket bucket = buckets.get(name);
            if (bucket == null) {
                bucket = new Bucket(now);
                buckets.put(name, bucket);
            }
            return bucket.take(now);
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("millrace.auth.failures", failed, AtomicLong::get)
                .description("Attempts to authenticate that failed")
                .register(registry);
        FunctionCounter.builder("millrace.auth.failures.limited", limited, AtomicLong::get)
                .description("Failed attempts answered 429, because their address or key id had too many")
                .register(registry);
    }

    /** Holds what is left of the burst as the time at which it will be full again. */
    private static final class Bucket {
        private long fullAt;

        Bucket(long now) {
            fullAt = now;
        }

        /** Takes one; gives 0, or the nanoseconds until there is one again. */
        long take(long now) {
            long base = fullAt - now < 0 ? now : fullAt;
            long over = base - now + REFILL_NANOS - BURST * REFILL_NANOS;
            if (over > 0) {
                return over;
            }
            fullAt = base + REFILL_NANOS;
            return 0;
        }
    }

    /** The least recently used bucket goes first. */
    private static final class Buckets extends LinkedHashMap<String, Bucket> {
        Buckets() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MAX_BUCKETS;
        }
    }
}
