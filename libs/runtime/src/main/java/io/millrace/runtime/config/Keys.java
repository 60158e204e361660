package io.millrace.runtime.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import io.smallrye.config.WithParentName;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All keys of a mapping interface, found by reflection, by name. Immutable. */
final class Keys {
    private final String prefix;
    private final Map<String, Key> byName = new TreeMap<>();
    private final Map<String, Key> byEnvironmentName = new HashMap<>();
    private final Map<Pattern, Key> open = new HashMap<>();

    private Keys(String prefix) {
        this.prefix = prefix;
    }

    /** @throws IllegalArgumentException when the interface is not one a mapping can be made of */
    static Keys of(Class<?> mapping) {
        Keys keys = new Keys(prefixOf(mapping));
        keys.addGroup(keys.prefix, mapping, true);
        return keys;
    }

    static String prefixOf(Class<?> mapping) {
        ConfigMapping annotation = mapping.getAnnotation(ConfigMapping.class);
        if (annotation == null) {
            throw new IllegalArgumentException(mapping.getName() + " has no @ConfigMapping");
        }
        return annotation.prefix();
    }

    List<Key> all() {
        return List.copyOf(byName.values());
    }

    @Nullable
    Key byEnvironmentName(String name) {
        return byEnvironmentName.get(name);
    }

    /** The key a name in the file stands for, or null. */
    @Nullable
    Key find(String name) {
        Key key = byName.get(name);
        if (key != null) {
            return key;
        }
        return open.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(name).matches())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** Whether keys begin with {@code name} and a dot. */
    boolean isGroup(String name) {
        return byName.keySet().stream().anyMatch(key -> key.startsWith(name + ".") || key.startsWith(name + "["));
    }

    private void addGroup(String prefix, Class<?> group, boolean present) {
        for (Method method : methods(group)) {
            add(nameOf(prefix, method), method, method.getGenericReturnType(), present, false);
        }
    }

    private void add(String name, Method method, Type type, boolean present, boolean list) {
        Class<?> raw = rawType(type);
        if (raw == Optional.class) {
            add(name, method, argument(type, 0), false, list);
        } else if (raw == Map.class) {
            add(name + ".*", method, argument(type, 1), false, false);
        } else if (raw == List.class || raw == Set.class) {
            boolean groups = isGroup(rawType(argument(type, 0)));
            add(groups ? name + "[*]" : name, method, argument(type, 0), present && !groups, !groups);
        } else if (isGroup(raw)) {
            addGroup(name, raw, present);
        } else {
            addLeaf(name, method, raw, present, list);
        }
    }

    private void addLeaf(String name, Method method, Class<?> type, boolean present, boolean list) {
        WithDefault withDefault = method.getAnnotation(WithDefault.class);
        Doc doc = method.getAnnotation(Doc.class);
        if (doc == null) {
            throw new IllegalArgumentException(method + " needs @Doc: every key is documented");
        }
        String defaultValue = withDefault == null ? null : withDefault.value();
        Key key = new Key(
                name,
                type,
                list,
                present && defaultValue == null,
                defaultValue,
                doc.value(),
                method.getAnnotation(Range.class));
        byName.put(name, key);
        if (key.open()) {
            open.put(key.pattern(), key);
        } else {
            Key other = byEnvironmentName.put(key.environmentName(), key);
            if (other != null) {
                throw new IllegalArgumentException(
                        other.name() + " and " + name + " would have the same environment variable");
            }
        }
    }

    /** The methods that are keys, in the order of their names. */
    static List<Method> methods(Class<?> group) {
        List<Method> methods = new ArrayList<>();
        for (Method method : group.getMethods()) {
            if (Modifier.isAbstract(method.getModifiers())) {
                methods.add(method);
            }
        }
        methods.sort(Comparator.comparing(Method::getName));
        return Collections.unmodifiableList(methods);
    }

    static String nameOf(String prefix, Method method) {
        if (method.isAnnotationPresent(WithParentName.class)) {
            return prefix;
        }
        WithName withName = method.getAnnotation(WithName.class);
        String own =
                withName == null ? ConfigMapping.NamingStrategy.KEBAB_CASE.apply(method.getName()) : withName.value();
        return prefix.isEmpty() ? own : prefix + "." + own;
    }

    /** Whether a type is an interface with keys rather than a value. */
    static boolean isGroup(Class<?> type) {
        return type.isInterface() && !type.getName().startsWith("java.");
    }

    static Class<?> rawType(Type type) {
        if (type instanceof Class<?> plain) {
            return plain;
        }
        if (type instanceof ParameterizedType generic) {
            return (Class<?>) generic.getRawType();
        }
        throw new IllegalArgumentException("a key cannot have the type " + type);
    }

    static Type argument(Type type, int index) {
        if (type instanceof ParameterizedType generic) {
            return generic.getActualTypeArguments()[index];
        }
        throw new IllegalArgumentException(
                type + " needs type arguments; known are " + Arrays.asList("Optional<T>", "List<T>", "Map<String, T>"));
    }
}
