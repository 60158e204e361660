package io.millrace.runtime.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Goes through the values of a configuration, in the order of their names. */
final class ConfigurationWalk {
    /** Is told what is there. */
    interface Visitor {
        /** A mapping or group; {@code prefix} ends with a dot unless it is empty. */
        void group(String prefix, Object group);

        /** The value of a key; null when it is optional and not set. */
        void value(String name, @Nullable Object value);
    }

    private ConfigurationWalk() {}

    static void walk(Class<?> mapping, Object config, Visitor visitor) {
        walkGroup(Keys.prefixOf(mapping), mapping, config, visitor);
    }

    private static void walkGroup(String name, Class<?> group, Object config, Visitor visitor) {
        visitor.group(name.isEmpty() ? "" : name + ".", config);
        for (Method method : Keys.methods(group)) {
            walkValue(Keys.nameOf(name, method), method.getGenericReturnType(), read(method, config), visitor);
        }
    }

    private static void walkValue(String name, Type type, @Nullable Object value, Visitor visitor) {
        if (value instanceof Optional<?> optional) {
            walkValue(name, Keys.argument(type, 0), optional.orElse(null), visitor);
        } else if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> sorted = new TreeMap<>();
            map.forEach((key, one) -> sorted.put(String.valueOf(key), one));
            sorted.forEach((key, one) -> walkValue(name + "." + key, Keys.argument(type, 1), one, visitor));
        } else if (value instanceof List<?> list && Keys.isGroup(Keys.rawType(Keys.argument(type, 0)))) {
            for (int i = 0; i < list.size(); i++) {
                walkValue(name + "[" + i + "]", Keys.argument(type, 0), list.get(i), visitor);
            }
        } else if (value != null && Keys.isGroup(Keys.rawType(type))) {
            walkGroup(name, Keys.rawType(type), value, visitor);
        } else {
            visitor.value(name, value);
        }
    }

    private static @Nullable Object read(Method method, Object config) {
        try {
            method.setAccessible(true); // the interface may be private to its package
            return method.invoke(config);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(method + " cannot be called", e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(method + " failed", e.getCause());
        }
    }
}
