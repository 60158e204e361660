package io.millrace.standalone;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Which keys a configuration file sets, so that our own defaults do not go over them. Immutable. */
final class FileKeys {

    private final Object root;

    private FileKeys(Object root) {
        this.root = root;
    }

    /** A file that cannot be read sets nothing here; reading it for its values says what is wrong. */
    static FileKeys of(@Nullable Path file) {
        if (file == null) {
            return new FileKeys(Map.of());
        }
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
            return new FileKeys(root == null ? Map.of() : root);
        } catch (IOException | YAMLException e) {
            return new FileKeys(Map.of());
        }
    }

    /** @param key such as {@code gateway.internal.port}; in the file nested, or with dots, or both */
    boolean has(String key) {
        return has(root, key);
    }

    private static boolean has(@Nullable Object node, String key) {
        if (!(node instanceof Map<?, ?> map)) {
            return false;
        }
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String name = String.valueOf(entry.getKey());
            if (key.equals(name)
                    || key.startsWith(name + ".") && has(entry.getValue(), key.substring(name.length() + 1))) {
                return true;
            }
        }
        return false;
    }
}
