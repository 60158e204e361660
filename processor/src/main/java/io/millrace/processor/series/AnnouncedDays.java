package io.millrace.processor.series;

/**
 * The UTC days on which a series was announced, in one {@code int}: the upper half is the latest day since 1970-01-01,
 * bit {@code i} of the lower half says that day {@code latest - i} was announced. Zero is none. Stateless.
 *
 * <p>Sixteen days cover the default past window of 14. A day that is older than that, or not between 1970-01-17 and
 * 2149, is {@link #covers not covered}: it may be announced again and again, which is harmless but not free.
 */
public final class AnnouncedDays {
    /** No day at all. */
    public static final int NONE = 0;

    private static final int DAYS = 16;
    private static final int MASK = 0xffff;
    /** Milliseconds of a UTC day. */
    public static final long DAY_MS = 86_400_000L;

    private AnnouncedDays() {}

    /** The UTC day of a timestamp, which may be negative. */
    public static int dayOf(long timestampMs) {
        return (int) Math.floorDiv(timestampMs, DAY_MS);
    }

    /** Whether {@code day} is among the announced. */
    public static boolean contains(int days, int day) {
        int age = (days >>> DAYS) - day;
        return age >= 0 && age < DAYS && (days >>> age & 1) != 0;
    }

    /** Whether {@link #with} could remember {@code day}. */
    public static boolean covers(int days, int day) {
        return day >= DAYS && day <= MASK && (days >>> DAYS) - day < DAYS;
    }

    /** The days with {@code day} added; days that fall out of the window are forgotten. {@code day} is covered. */
    public static int with(int days, int day) {
        int age = (days >>> DAYS) - day;
        if (age >= 0) {
            return days | 1 << age;
        }
        int kept = -age < DAYS ? days << -age & MASK : 0;
        return day << DAYS | kept | 1;
    }

    /** The latest announced day; 0 when there is none. */
    public static int latest(int days) {
        return days >>> DAYS;
    }
}
