package io.millrace.query.http;

import java.util.regex.Pattern;

/**
 * Lets web pages of other origins call the API, as Prometheus does.
 *
 * @param origins anchored expression of origins; {@code .*} lets all in without naming them
 */
record Cors(Pattern origins) {
    private static final String ALL = ".*";

    void apply(Exchange exchange) {
        String origin = exchange.header("Origin");
        if (origin == null) {
            return;
        }
        boolean all = origins.pattern().equals(ALL);
        if (!all && !origins.matcher(origin).matches()) {
            return;
        }
        exchange.setHeader("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Origin");
        exchange.setHeader("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
        exchange.setHeader("Access-Control-Expose-Headers", "Date");
        exchange.setHeader("Access-Control-Allow-Origin", all ? "*" : origin);
    }
}
