package io.millrace.runtime.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The environment as settings of keys; variables that are nobody's are problems. */
final class EnvironmentVariables {
    private static final String PREFIX = "MILLRACE_";

    /** Read by the start scripts and by the commands of {@code millrace}, not by the configuration. */
    private static final Set<String> LAUNCHER = Set.of(
            "MILLRACE_HOME",
            "MILLRACE_DATA",
            "MILLRACE_CONFIG",
            "MILLRACE_JAVA_OPTS",
            "MILLRACE_URL",
            "MILLRACE_CREDENTIALS",
            "MILLRACE_ACCESS_KEY_ID",
            "MILLRACE_ACCESS_KEY_SECRET");

    /**
     * What Kubernetes puts into every container for a service called {@code millrace-gateway}. An operator cannot help
     * that they are there, so they are no mistake.
     */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

    private EnvironmentVariables() {}

    /** The settings in the environment by name of key; unknown variables are added to {@code problems}. */
    static Map<String, Setting> read(Map<String, String> environment, Keys keys, Problems problems) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (!variable.startsWith(PREFIX) || LAUNCHER.contains(variable)) {
                return;
            }
            Key key = keys.byEnvironmentName(variable);
            if (isServiceLink(variable, value)) {
                return;
            }
            if (key == null) {
                problems.add(variable, "is not a key of the configuration" + hint(variable, keys));
            } else {
                settings.put(key.name(), new Setting(value, variable));
            }
        });
        return settings;
    }

    private static boolean isServiceLink(String variable, String value) {
        boolean address = variable.endsWith("_PORT") && value.matches("(tcp|udp|sctp)://.*");
        return address || SERVICE_LINK.matcher(variable).matches();
    }

    private static String hint(String variable, Keys keys) {
        return Suggestion.nearest(
                        variable,
                        keys.all().stream()
                                .filter(key -> !key.open())
                                .map(Key::environmentName)
                                .toList())
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
    }
}
