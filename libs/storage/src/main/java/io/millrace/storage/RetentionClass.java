package io.millrace.storage;

/**
 * How long data is kept. Each class has tables of its own, so that everything in a table expires at the same age and
 * expired files are dropped whole instead of being rewritten.
 */
public enum RetentionClass {
    DAYS_15(15),
    DAYS_90(90),
    DAYS_400(400);

    private final int days;

    RetentionClass(int days) {
        this.days = days;
    }

    public int days() {
        return days;
    }

    /** The first class that keeps data at least so long; the longest if none does. */
    public static RetentionClass atLeast(int days) {
        for (RetentionClass retention : values()) {
            if (retention.days >= days) {
                return retention;
            }
        }
        return DAYS_400;
    }
}
