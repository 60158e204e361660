package io.millrace.standalone.selfmetrics;

import io.millrace.model.Labels;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the Prometheus text format, version 0.0.4, as our own registry writes it: no timestamps, names that need no
 * quoting. A line that is not of that kind is left out. Stateless.
 */
final class PrometheusText {

    private PrometheusText() {}

    /**
     * The samples of a page.
     *
     * @param target labels that are added to each, as a scrape adds {@code job} and {@code instance}; they win
     */
    static List<ScrapedSample> parse(String page, Labels target) {
        List<ScrapedSample> samples = new ArrayList<>();
        page.lines().forEach(line -> {
            if (!line.isEmpty() && line.charAt(0) != '#') {
                new Line(line).addTo(samples, target);
            }
        });
        return samples;
    }

    /** A cursor over one line. */
    private static final class Line {
        private final String text;
        private int position;

        Line(String text) {
            this.text = text;
        }

        void addTo(List<ScrapedSample> samples, Labels target) {
            try {
                Labels.Builder labels = Labels.builder();
                labels.add(Labels.METRIC_NAME, until('{', ' '));
                if (text.charAt(position) == '{') {
                    position++;
                    labels(labels);
                }
                double value = value(text.substring(position).trim());
                target.forEach(labels::set);
                samples.add(new ScrapedSample(labels.build(), value));
            } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
                // not a line of ours
            }
        }

        private void labels(Labels.Builder labels) {
            while (text.charAt(position) != '}') {
                String name = until('=', '=');
                position += 2; // ="
                labels.add(name, quoted());
                if (text.charAt(position) == ',') {
                    position++;
                }
            }
            position++;
        }

        private String until(char end, char otherEnd) {
            int start = position;
            while (text.charAt(position) != end && text.charAt(position) != otherEnd) {
                position++;
            }
            return text.substring(start, position);
        }

        /** The rest of a quoted string; the cursor stands behind the closing quote afterwards. */
        private String quoted() {
            StringBuilder value = new StringBuilder();
            while (text.charAt(position) != '"') {
                char c = text.charAt(position++);
                if (c == '\\') {
                    char escaped = text.charAt(position++);
                    value.append(escaped == 'n' ? '\n' : escaped);
                } else {
                    value.append(c);
                }
            }
            position++;
            return value.toString();
        }

        private static double value(String text) {
            return switch (text) {
                case "+Inf" -> Double.POSITIVE_INFINITY;
                case "-Inf" -> Double.NEGATIVE_INFINITY;
                case "NaN" -> Double.NaN;
                default -> Double.parseDouble(text);
            };
        }
    }
}
