package io.millrace.runtime.config;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads typed configuration from a YAML file and the environment.
 *
 * <p>Everything is checked before anything is used: keys nobody declares, values that are not of the key's type or out
 * of its {@link Range}, required keys without a value, and last the rules between keys ({@link Checked}). The exception
 * tells all of it at once, because a process that stops at the first mistake is started once for each mistake.
 */
public final class Configuration {
    private static final Logger log = LoggerFactory.getLogger(Configuration.class);

    private Configuration() {}

    /**
     * Reads one mapping and logs the effective values at INFO, secrets masked.
     *
     * @param mapping an interface with {@code io.smallrye.config.ConfigMapping}; each key has {@link Doc}, and
     *     {@code io.smallrye.config.WithDefault}, {@link Range} as it needs; nested interfaces are groups of keys and
     *     may be {@link Checked}
     * @param file a YAML file, or null for defaults and environment only
     * @param environment usually {@code System.getenv()}; key {@code gateway.http.port} is {@code
     *     MILLRACE_GATEWAY_HTTP_PORT}, and wins over the file
     * @throws ConfigurationException with every problem found
     * @throws IllegalArgumentException when the mapping itself is wrong
     */
    public static <T> T load(Class<T> mapping, @Nullable Path file, Map<String, String> environment) {
        Keys keys = Keys.of(mapping);
        Problems problems = new Problems();
        Map<String, Setting> settings = new HashMap<>();
        if (file != null) {
            settings.putAll(ConfigurationFile.read(file, problems));
            dropUnknown(settings, keys, problems);
        }
        settings.putAll(EnvironmentVariables.read(environment, keys, problems));
        checkValues(settings, keys, problems);
        throwIfAny(problems, file);

        T config = build(mapping, settings, file);
        ConfigurationWalk.walk(mapping, config, new RuleCheck(problems));
        throwIfAny(problems, file);
        log.info(
                "effective configuration file={}\n{}",
                file == null ? "none" : file,
                describe(mapping, config).indent(2).stripTrailing());
        return config;
    }

    /** The effective value of every key, one {@code key=value} per line, sorted, secrets masked. */
    public static String describe(Class<?> mapping, Object config) {
        Description description = new Description();
        ConfigurationWalk.walk(mapping, config, description);
        return description.text();
    }

    private static void dropUnknown(Map<String, Setting> settings, Keys keys, Problems problems) {
        settings.entrySet().removeIf(entry -> {
            String name = entry.getKey();
            if (keys.find(name) != null) {
                return false;
            }
            Setting setting = entry.getValue();
            if (keys.isGroup(name)) {
                // "gateway:" with every key under it commented out is fine
                if (!setting.value().isEmpty()) {
                    problems.add(name, "is a group of keys and takes no value itself (" + setting.origin() + ")");
                }
            } else {
                String hint = Suggestion.nearest(
                                name, keys.all().stream().map(Key::name).toList())
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("");
                problems.add(name, "is not a key of the configuration (" + setting.origin() + ")" + hint);
            }
            return true;
        });
    }

    private static void checkValues(Map<String, Setting> settings, Keys keys, Problems problems) {
        settings.forEach((name, setting) -> {
            Key key = keys.find(name);
            String problem = key == null ? null : Values.problem(key, setting.value());
            if (problem != null) {
                problems.add(name, problem + " (" + setting.origin() + ")");
            }
        });
        for (Key key : keys.all()) {
            if (key.required() && !settings.containsKey(key.name())) {
                problems.add(
                        key.name(), "has no value and no default; set it in the file or as " + key.environmentName());
            }
        }
    }

    private static <T> T build(Class<T> mapping, Map<String, Setting> settings, @Nullable Path file) {
        Map<String, String> values = new HashMap<>();
        settings.forEach((name, setting) -> values.put(name, setting.value()));
        try {
            return Values.withConverters(new SmallRyeConfigBuilder())
                    .withSources(new PropertiesConfigSource(values, "millrace", 100))
                    .withMapping(mapping)
                    .withValidateUnknown(false)
                    .build()
                    .getConfigMapping(mapping);
        } catch (ConfigValidationException e) {
            // Only what cannot be seen from the keys alone, such as a required key of one element of a list.
            Problems problems = new Problems();
            for (int i = 0; i < e.getProblemCount(); i++) {
                problems.add("configuration", e.getProblem(i).getMessage());
            }
            throw new ConfigurationException(sourceOf(file), problems.lines());
        }
    }

    private static void throwIfAny(Problems problems, @Nullable Path file) {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(sourceOf(file), problems.lines());
        }
    }

    private static String sourceOf(@Nullable Path file) {
        return file == null ? "environment only, no file" : "file " + file + " and environment";
    }

    /** Runs the rules of every group. */
    private record RuleCheck(Problems problems) implements ConfigurationWalk.Visitor {
        @Override
        public void group(String prefix, Object group) {
            if (group instanceof Checked checked) {
                checked.check(prefix, problems);
            }
        }

        @Override
        public void value(String name, @Nullable Object value) {}
    }

    /** Writes every value down. */
    private static final class Description implements ConfigurationWalk.Visitor {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void group(String prefix, Object group) {}

        @Override
        public void value(String name, @Nullable Object value) {
            text.append(name).append('=').append(Values.format(value)).append('\n');
        }

        String text() {
            return text.toString();
        }
    }
}
