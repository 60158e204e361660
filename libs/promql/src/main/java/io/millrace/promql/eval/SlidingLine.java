package io.millrace.promql.eval;

/**
 * Mean and variance of the floats of a window that moves, and their covariance with time, joined as Chan, Golub and LeVeque
 * do it. Reused; not thread-safe.
 */
final class SlidingLine extends SlidingFold {
    /** Count, means of seconds and values, sums of products of distances from the means: what two parts are joined from. */
    static final class Moments {
        private double count;
        private double meanX;
        private double meanY;
        private double xx;
        private double xy;
        private double yy;

        private void clear() {
            count = 0;
            meanX = 0;
            meanY = 0;
            xx = 0;
            xy = 0;
            yy = 0;
        }

        private void add(double x, double y) {
            count++;
            double fromMeanX = x - meanX;
            double fromMeanY = y - meanY;
            meanX += fromMeanX / count;
            meanY += fromMeanY / count;
            xx += fromMeanX * (x - meanX);
            xy += fromMeanX * (y - meanY);
            yy += fromMeanY * (y - meanY);
        }

        private void add(double otherCount, double[] other, int at) {
            double all = count + otherCount;
            double distanceX = other[at] - meanX;
            double distanceY = other[at + 1] - meanY;
            double weight = count * otherCount / all;
            meanX += distanceX * otherCount / all;
            meanY += distanceY * otherCount / all;
            xx += other[at + 2] + distanceX * distanceX * weight;
            xy += other[at + 3] + distanceX * distanceY * weight;
            yy += other[at + 4] + distanceY * distanceY * weight;
            count = all;
        }

        private void set(Moments other) {
            count = other.count;
            meanX = other.meanX;
            meanY = other.meanY;
            xx = other.xx;
            xy = other.xy;
            yy = other.yy;
        }

        double variance() {
            return yy / count;
        }

        /** Change of the value per second along the least-squares line. */
        double slope() {
            return xy / xx;
        }

        /** The value of the line so many seconds after the first sample of the series. */
        double valueAt(double seconds) {
            return meanY + slope() * (seconds - meanX);
        }
    }

    private static final int FIELDS = 5;

    private final Moments newer = new Moments();
    private final Moments work = new Moments();
    private double[] older = new double[0];

    /** The moments of {@code from <= index < to}, valid until the next call; of a window to be walked, walks it. */
    Moments moments(RangeSamples samples, int from, int to) {
        if (moveTo(samples, from, to)) {
            work.set(newer);
            work.add(olderCount(from), older, slot(from) * FIELDS);
        } else {
            work.clear();
            add(work, samples, from, to);
        }
        return work;
    }

    @Override
    void older(RangeSamples samples, int from, int to) {
        older = room(older, (to - from) * FIELDS);
        work.clear();
        for (int i = to - 1; i >= from; i--) {
            work.add(seconds(samples, i), samples.floats[i]);
            int at = (i - from) * FIELDS;
            older[at] = work.meanX;
            older[at + 1] = work.meanY;
            older[at + 2] = work.xx;
            older[at + 3] = work.xy;
            older[at + 4] = work.yy;
        }
    }

    @Override
    void clearNewer() {
        newer.clear();
    }

    @Override
    void newer(RangeSamples samples, int from, int to) {
        add(newer, samples, from, to);
    }

    private static void add(Moments moments, RangeSamples samples, int from, int to) {
        for (int i = from; i < to; i++) {
            moments.add(seconds(samples, i), samples.floats[i]);
        }
    }

    private static double seconds(RangeSamples samples, int index) {
        return (samples.floatTimes[index] - samples.floatTimes[0]) / 1000.0;
    }
}
