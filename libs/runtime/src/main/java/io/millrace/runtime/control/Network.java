package io.millrace.runtime.control;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A range of addresses: {@code 192.168.1.0/24}, {@code 10.1.2.3} (one address), {@code 2001:db8::/32}. Immutable.
 */
public final class Network {
    /** Nothing else is given to the platform's parser, which would ask the name service. */
    private static final Pattern LITERAL =
            Pattern.compile("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|[0-9a-fA-F.]*:[0-9a-fA-F:.]+");

    private final byte[] address;
    private final int bits;

    private Network(byte[] address, int bits) {
        this.address = address;
        this.bits = bits;
    }

    /** @throws IllegalArgumentException when the text is not a network; the message says why */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        byte[] address = addressOf(literal);
        int bits = slash < 0 ? address.length * 8 : prefixOf(text, slash + 1, address.length * 8);
        byte[] masked = masked(address, bits);
        if (!Arrays.equals(masked, address)) {
            throw new IllegalArgumentException(
                    "'" + text + "' has bits set behind the prefix; did you mean " + new Network(masked, bits) + "?");
        }
        return new Network(address, bits);
    }

    private static byte[] addressOf(String literal) {
        if (!LITERAL.matcher(literal).matches()) {
            throw new IllegalArgumentException("'" + literal + "' is not an address");
        }
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + literal + "' is not an address", e);
        }
    }

    private static int prefixOf(String text, int from, int most) {
        String digits = text.substring(from);
        if (!digits.matches("\\d{1,3}") || Integer.parseInt(digits) > most) {
            throw new IllegalArgumentException("'" + text + "' needs a prefix of 0 to " + most + " bits");
        }
        return Integer.parseInt(digits);
    }

    private static byte[] masked(byte[] address, int bits) {
        byte[] masked = address.clone();
        for (int i = 0; i < masked.length; i++) {
            int kept = Math.max(0, Math.min(8, bits - i * 8));
            masked[i] = (byte) (masked[i] & (0xff << (8 - kept)));
        }
        return masked;
    }

    /** Whether the address is in this range. IPv4 addresses inside IPv6 ones count as IPv4. */
    public boolean contains(InetAddress other) {
        byte[] bytes = other.getAddress();
        return bytes.length == address.length && Arrays.equals(masked(bytes, bits), address);
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Network that && that.bits == bits && Arrays.equals(that.address, address);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(address) * 31 + bits;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(address).getHostAddress() + "/" + bits;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes is always one", e);
        }
    }
}
