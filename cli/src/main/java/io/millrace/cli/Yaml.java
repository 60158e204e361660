package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Reader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** YAML to JSON, with the line of each value so that a problem can be shown where it stands; and back. */
final class Yaml {
    /** More than a thousand instances with a hundred rules each. */
    private static final int MOST_CODE_POINTS = 32 << 20;

    private final Map<String, Integer> lines = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final String name;
    private JsonNode root = JsonNodeFactory.instance.objectNode();

    private Yaml(String name) {
        this.name = name;
    }

    /**
     * Reads one document.
     *
     * @param name of the file, for messages
     * @throws CliException when it is not YAML, or has a key twice
     */
    static Yaml read(Reader reader, String name) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_CODE_POINTS);
        Yaml yaml = new Yaml(name);
        Node node;
        try {
            node = new org.yaml.snakeyaml.Yaml(options).compose(reader);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new CliException(CliException.WRONG_USE, name + ":" + line + ": not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new CliException(CliException.WRONG_USE, name + ": not YAML: " + e.getMessage());
        }
        if (node != null) {
            yaml.root = yaml.convert(node, "");
        }
        if (!yaml.problems.isEmpty()) {
            throw new CliException(CliException.WRONG_USE, String.join("\n", yaml.problems));
        }
        return yaml;
    }

    JsonNode root() {
        return root;
    }

    /** {@code file:line: path: message}, with the line of the nearest value around the path. */
    String locate(String path, String message) {
        String near = path;
        while (!lines.containsKey(near) && !near.isEmpty()) {
            int end = Math.max(near.lastIndexOf('.'), near.lastIndexOf('['));
            near = end < 0 ? "" : near.substring(0, end);
        }
        return name + ":" + lines.getOrDefault(near, 1) + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }

    private JsonNode convert(Node node, String path) {
        lines.putIfAbsent(path, node.getStartMark().getLine() + 1);
        if (node instanceof MappingNode mapping) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (NodeTuple tuple : mapping.getValue()) {
                String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
                String at = path.isEmpty() ? key : path + "." + key;
                int line = tuple.getKeyNode().getStartMark().getLine() + 1;
                if (object.has(key)) {
                    problems.add(name + ":" + line + ": " + at + ": this key is there twice");
                }
                lines.putIfAbsent(at, line);
                object.set(key, convert(tuple.getValueNode(), at));
            }
            return object;
        }
        if (node instanceof SequenceNode sequence) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (Node each : sequence.getValue()) {
                array.add(convert(each, path + "[" + array.size() + "]"));
            }
            return array;
        }
        return scalar((ScalarNode) node);
    }

    private static JsonNode scalar(ScalarNode node) {
        String text = node.getValue();
        if (node.getTag().equals(Tag.NULL)) {
            return JsonNodeFactory.instance.nullNode();
        } else if (node.getTag().equals(Tag.BOOL)) {
            return JsonNodeFactory.instance.booleanNode(text.matches("(?i)true|yes|on"));
        } else if (node.getTag().equals(Tag.INT)) {
            JsonNode number = integer(text.replace("_", ""));
            return number == null ? JsonNodeFactory.instance.textNode(text) : number;
        } else if (node.getTag().equals(Tag.FLOAT) && text.matches("[-+0-9.eE]+")) {
            return JsonNodeFactory.instance.numberNode(Double.parseDouble(text));
        }
        return JsonNodeFactory.instance.textNode(text);
    }

    private static @Nullable JsonNode integer(String digits) {
        return digits.matches("[-+]?[0-9]{1,40}") ? JsonNodeFactory.instance.numberNode(new BigInteger(digits)) : null;
    }

    /** A tree as a document. */
    static String write(JsonNode tree) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setIndent(2);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        options.setWidth(120);
        options.setSplitLines(false);
        StringWriter out = new StringWriter();
        new org.yaml.snakeyaml.Yaml(options).dump(AdminClient.JSON.convertValue(tree, Object.class), out);
        return out.toString();
    }
}
