package io.millrace.promql.eval;

/** Order of text in which runs of digits count as numbers: {@code cpu2} before {@code cpu10}. */
final class NaturalOrder {
    private NaturalOrder() {}

    static int compare(String left, String right) {
        int l = 0;
        int r = 0;
        while (l < left.length() && r < right.length()) {
            if (isDigit(left.charAt(l)) && isDigit(right.charAt(r))) {
                int leftEnd = digitsEnd(left, l);
                int rightEnd = digitsEnd(right, r);
                int leftStart = skipZeros(left, l, leftEnd);
                int rightStart = skipZeros(right, r, rightEnd);
                int byLength = Integer.compare(leftEnd - leftStart, rightEnd - rightStart);
                if (byLength != 0) {
                    return byLength;
                }
                int byDigits = left.substring(leftStart, leftEnd).compareTo(right.substring(rightStart, rightEnd));
                if (byDigits != 0) {
                    return byDigits;
                }
                int byZeros = Integer.compare(leftEnd - l, rightEnd - r);
                if (byZeros != 0) {
                    return byZeros;
                }
                l = leftEnd;
                r = rightEnd;
            } else {
                if (left.charAt(l) != right.charAt(r)) {
                    return Character.compare(left.charAt(l), right.charAt(r));
                }
                l++;
                r++;
            }
        }
        return Integer.compare(left.length() - l, right.length() - r);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int digitsEnd(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int skipZeros(String text, int from, int end) {
        int start = from;
        while (start < end && text.charAt(start) == '0') {
            start++;
        }
        return start;
    }
}
