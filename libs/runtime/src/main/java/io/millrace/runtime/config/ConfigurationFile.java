package io.millrace.runtime.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A YAML file as flat keys with their texts: {@code gateway: {http: {port: 1}}} is {@code gateway.http.port=1}. The text
 * is taken as it stands, so that {@code 08} and {@code 1_000} mean what the key's type says and not what YAML says. For
 * one thread.
 */
final class ConfigurationFile {
    /** Deeper files are a mistake, or an alias that holds itself. */
    private static final int MAX_DEPTH = 20;

    private final String fileName;
    private final Problems problems;
    private final Map<String, Setting> settings = new LinkedHashMap<>();

    private ConfigurationFile(String fileName, Problems problems) {
        this.fileName = fileName;
        this.problems = problems;
    }

    /** Reads the file; what cannot be read is added to {@code problems}. */
    static Map<String, Setting> read(Path file, Problems problems) {
        String fileName = String.valueOf(file.getFileName());
        ConfigurationFile reading = new ConfigurationFile(fileName, problems);
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            LoaderOptions options = new LoaderOptions();
            options.setMaxAliasesForCollections(50);
            Node root = new Yaml(options).compose(reader);
            reading.addRoot(root);
        } catch (NoSuchFileException e) {
            problems.add(file.toString(), "there is no such file");
        } catch (IOException e) {
            problems.add(file.toString(), "cannot be read: " + e);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            problems.add(fileName + " line " + line, "is not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            problems.add(fileName, "is not YAML: " + e.getMessage());
        }
        return reading.settings;
    }

    private void addRoot(@Nullable Node root) {
        if (root == null || isNull(root)) {
            return; // an empty file: only defaults
        }
        if (root instanceof MappingNode mapping) {
            addMapping("", mapping, 0);
        } else {
            problems.add(fileName, "must have keys and values at the top, not a list or a text");
        }
    }

    private void addMapping(String prefix, MappingNode mapping, int depth) {
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key) {
                String name = nameOf(key);
                add(prefix.isEmpty() ? name : prefix + "." + name, tuple.getValueNode(), depth + 1);
            } else {
                problems.add(origin(tuple.getKeyNode()), "a key must be a text");
            }
        }
    }

    private void add(String name, Node node, int depth) {
        if (depth > MAX_DEPTH) {
            problems.add(name, "is nested more than " + MAX_DEPTH + " levels deep (" + origin(node) + ")");
        } else if (node instanceof MappingNode mapping) {
            addMapping(name, mapping, depth);
        } else if (node instanceof SequenceNode sequence) {
            addSequence(name, sequence, depth);
        } else if (node instanceof ScalarNode scalar) {
            put(name, isNull(scalar) ? "" : scalar.getValue(), scalar);
        }
    }

    private void addSequence(String name, SequenceNode sequence, int depth) {
        List<Node> nodes = sequence.getValue();
        if (nodes.stream().allMatch(ScalarNode.class::isInstance)) {
            StringJoiner joined = new StringJoiner(",");
            nodes.forEach(node -> joined.add(((ScalarNode) node).getValue().replace(",", "\\,")));
            put(name, joined.toString(), sequence);
            return;
        }
        for (int i = 0; i < nodes.size(); i++) {
            add(name + "[" + i + "]", nodes.get(i), depth + 1);
        }
    }

    private void put(String name, String value, Node node) {
        Setting before = settings.put(name, new Setting(value, origin(node)));
        if (before != null) {
            problems.add(name, "is set twice (" + before.origin() + " and " + origin(node) + ")");
        }
    }

    private String origin(Node node) {
        return fileName + " line " + (node.getStartMark().getLine() + 1);
    }

    private static boolean isNull(Node node) {
        return Tag.NULL.equals(node.getTag());
    }

    /** A dot inside a key written in quotes does not divide it; {@code a.b: 1} without quotes does. */
    private static String nameOf(ScalarNode key) {
        boolean whole = !key.isPlain() && key.getValue().indexOf('.') >= 0;
        return whole ? '"' + key.getValue() + '"' : key.getValue();
    }
}
