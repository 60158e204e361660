package io.millrace.promql.eval;

/**
 * Order of text in which runs of digits count as numbers: {@code cpu2} before {@code cpu10}. Text is cut into runs of
 * digits and runs of anything else, which are compared one by one as Prometheus' library does it: {@code a1} comes before
 * {@code a-1}, since {@code a} comes before {@code a-}.
 */
final class NaturalOrder {
    private NaturalOrder() {}

    static int compare(String left, String right) {
        int l = 0;
        int r = 0;
        while (l < left.length() && r < right.length()) {
            int leftEnd = runEnd(left, l);
            int rightEnd = runEnd(right, r);
            boolean numbers = isDigit(left.charAt(l)) && isDigit(right.charAt(r));
            String leftRun = left.substring(numbers ? skipZeros(left, l, leftEnd) : l, leftEnd);
            String rightRun = right.substring(numbers ? skipZeros(right, r, rightEnd) : r, rightEnd);
            if (numbers && leftRun.length() != rightRun.length()) {
                return Integer.compare(leftRun.length(), rightRun.length());
            }
            int order = leftRun.compareTo(rightRun);
            if (order != 0) {
                return order;
            }
            l = leftEnd;
            r = rightEnd;
        }
        int byLength = Integer.compare(left.length() - l, right.length() - r);
        return byLength != 0 ? byLength : Integer.compare(left.length(), right.length());
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Where the run of digits, or of anything else, ends. */
    private static int runEnd(String text, int from) {
        boolean digits = isDigit(text.charAt(from));
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end)) == digits) {
            end++;
        }
        return end;
    }

    private static int skipZeros(String text, int from, int end) {
        int start = from;
        while (start < end - 1 && text.charAt(start) == '0') {
            start++;
        }
        return start;
    }
}
