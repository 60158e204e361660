package io.millrace.testkit.generator;

/** How the value of a series moves; what a chunk of it costs depends on little else. */
public enum Behaviour {
    /** Never changes: an info metric, a total size. About four in ten series of a machine. */
    CONSTANT,
    /** A whole number that only grows: packets, bytes, context switches. */
    COUNTER,
    /** Seconds in steps of 10 ms that only grow: CPU time as the kernel counts it. */
    TICKS,
    /** Seconds in nanoseconds that only grow: run queue times, sums of histograms. The dearest kind of counter. */
    SECONDS,
    /** A whole number that holds for minutes and then jumps: open files, connections. */
    STEPS,
    /** Bytes in pages of 4 KiB that wander: memory and disk space. */
    PAGES,
    /** A measured fraction with noise in its last digits: load, temperature, a duration. */
    NOISE;

    /** Any fixed moment: counters are 0 at it. 2020-09-13T12:26:40Z. */
    private static final long EPOCH_MILLIS = 1_600_000_000_000L;

    /** The value at a time for a series with this random but fixed seed. */
    double valueAt(long seed, long timeMillis) {
        double seconds = (timeMillis - EPOCH_MILLIS) / 1000.0;
        double fraction = Math.floorMod(seed, 1 << 20) * 0x1p-20;
        return switch (this) {
            case CONSTANT -> Math.floor(fraction * 65_536);
            // from one in a minute to a million a second
            case COUNTER -> Math.floor(grow(seed, seconds) * Math.pow(10, 8 * fraction - 2));
            case TICKS -> Math.floor(grow(seed, seconds) * fraction * 100) / 100;
            case SECONDS -> Math.floor(grow(seed, seconds) * fraction * 1e9) / 1e9;
            case STEPS -> 5 + Math.floorMod(mix(seed ^ timeMillis / stepMillis(seed)), 64);
            // a day's and a minute's movement of a total of up to 64 GiB, and a little of each moment
            case PAGES -> {
                double pages = (1 + fraction * 16_777_216) * (0.5 + 0.1 * wave(seed, seconds, 86_400));
                yield (Math.rint(pages + 2_000 * wave(seed, seconds, 97)) + Math.rint(50 * noise(seed, timeMillis)))
                        * 4096;
            }
            case NOISE ->
                Math.rint((fraction * 90 + 10 * wave(seed, seconds, 600) + noise(seed, timeMillis)) * 1e4) / 1e4;
        };
    }

    /** Seconds with a swing that is never steep enough to go back. */
    private static double grow(long seed, double seconds) {
        double period = 300 + Math.floorMod(seed >>> 7, 600);
        return seconds + 0.1 * period * Math.sin(seconds * 2 * Math.PI / period);
    }

    private static double wave(long seed, double seconds, double period) {
        return 0.5 * Math.sin(seconds * 2 * Math.PI / period + Math.floorMod(seed, 628) / 100.0);
    }

    private static double noise(long seed, long timeMillis) {
        return (mix(seed ^ timeMillis) >>> 11) * 0x1p-53;
    }

    private static long stepMillis(long seed) {
        return 60_000L + 1_000L * Math.floorMod(seed >>> 3, 240);
    }

    /** The finaliser of SplitMix64: every bit of the input moves every bit of the output. */
    static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
