package io.millrace.wire;

import io.millrace.model.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The partitions of the topic {@code received} that a tenant uses: its shard. Immutable, safe for any thread.
 *
 * <p>All partitions stand in an order that the tenant's id draws ("shuffle sharding": two tenants seldom have the same
 * ones), and a shard is the first {@link #width} of them: so a wider shard contains every narrower one. Within a shard of
 * 2^k partitions a series goes to the one at the place that k bits of its id say, the lowest of the reversed upper half of
 * its low word; going from 2^k to 2^(k+1) every second series stays. A shard of all partitions is {@link
 * Partitions#partition}, whatever the tenant.
 *
 * <p>The topics {@code samples} and {@code series} are not sharded. The order is drawn by Fisher and Yates' shuffle with the
 * generator of Knuth's MMIX (64-bit, multiplier 6364136223846793005, increment 1442695040888963407), started with the CRC32C
 * of the id. It never changes: gateways and processors must agree.
 */
public final class Shard {
    private static final long MULTIPLIER = 6364136223846793005L;
    private static final long INCREMENT = 1442695040888963407L;

    private final int partitionCount;
    private final int width;

    /** The first of the tenant's order. */
    private final int[] places;

    private final int home;

    private Shard(int partitionCount, int width, int[] places, int home) {
        this.partitionCount = partitionCount;
        this.width = width;
        this.places = places;
        this.home = home;
    }

    /**
     * The shard of a tenant.
     *
     * @param width how many partitions it has; what is no power of two, or not below {@code partitions}, means all
     * @param partitions of the topic, at least 1
     */
    public static Shard of(TenantId tenant, int width, int partitions) {
        int[] order = order(tenant, partitions);
        if (width >= partitions || Integer.bitCount(width) != 1) {
            return new Shard(partitions, partitions, all(partitions).places, order[0]);
        }
        return new Shard(partitions, width, Arrays.copyOf(order, width), order[0]);
    }

    /** All partitions, for a tenant that has no order of its own: its home is 0. */
    public static Shard all(int partitions) {
        int[] all = new int[partitions];
        Arrays.setAll(all, i -> i);
        return new Shard(partitions, partitions, all, 0);
    }

    private static int[] order(TenantId tenant, int partitions) {
        CRC32C crc = new CRC32C();
        crc.update(tenant.value().getBytes(StandardCharsets.US_ASCII));
        long state = crc.getValue();
        int[] order = new int[partitions];
        for (int i = 0; i < partitions; i++) {
            state = state * MULTIPLIER + INCREMENT;
            int from = (int) ((state >>> 32) * (i + 1) >>> 32);
            order[i] = order[from];
            order[from] = i;
        }
        return order;
    }

    /** The width after this one: twice as much, or all when that is not less than all. */
    public static int next(int width, int partitions) {
        return 2 * width < partitions ? 2 * width : partitions;
    }

    /**
     * The largest width up to {@code wanted} that can be, for a tenant to begin with.
     *
     * @param wanted 0 for all partitions
     */
    public static int begin(int wanted, int partitions) {
        return wanted <= 0 || 2 * wanted > partitions ? partitions : Integer.highestOneBit(wanted);
    }

    /** How many partitions it has. */
    public int width() {
        return width;
    }

    /** Whether these are all partitions of the topic. */
    public boolean isAll() {
        return width == partitionCount;
    }

    /** The first partition of the tenant's order; the same for every width. */
    public int home() {
        return home;
    }

    /** The partition of a series, 0 to partitions - 1. */
    public int partition(long idHigh, long idLow) {
        return isAll()
                ? Partitions.partition(idHigh, idLow, partitionCount)
                : places[Integer.reverse((int) (idLow >>> 32)) & width - 1];
    }

    /** Whether series of the tenant may be in this partition. */
    public boolean contains(int partition) {
        for (int place : places) {
            if (place == partition) {
                return true;
            }
        }
        return false;
    }

    /** Its partitions; a copy. */
    public int[] partitions() {
        return places.clone();
    }

    @Override
    public String toString() {
        return Arrays.toString(places) + " of " + partitionCount;
    }
}
