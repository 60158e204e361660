package io.millrace.query.http;

import io.millrace.runtime.control.Access;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Which route a path leads to. Immutable after {@link Builder#build}. */
public final class Routes {
    private final Map<String, Route> exact;
    private final List<Pattern> patterns;

    /** A path with one segment that the caller chooses. */
    private record Pattern(
            String prefix, String suffix, Route route, BiFunction<ApiRequest, String, ApiAnswer> endpoint) {
        @Nullable
        String segment(String path) {
            boolean fits = path.length() > prefix.length() + suffix.length()
                    && path.startsWith(prefix)
                    && path.endsWith(suffix);
            String segment = fits ? path.substring(prefix.length(), path.length() - suffix.length()) : "";
            return segment.isEmpty() || segment.indexOf('/') >= 0 ? null : segment;
        }
    }

    private Routes(Map<String, Route> exact, List<Pattern> patterns) {
        this.exact = exact;
        this.patterns = patterns;
    }

    /** Null when nothing stands there. */
    public @Nullable Route find(String path) {
        Route route = exact.get(path);
        if (route != null) {
            return route;
        }
        for (Pattern pattern : patterns) {
            String segment = pattern.segment(path);
            if (segment != null) {
                Route template = pattern.route();
                return new Route(
                        template.name(),
                        template.methods(),
                        template.weight(),
                        template.access(),
                        request -> pattern.endpoint().apply(request, segment));
            }
        }
        return null;
    }

    /** All routes, for documentation and tests. */
    public List<Route> all() {
        List<Route> all = new ArrayList<>(exact.values());
        patterns.forEach(pattern -> all.add(pattern.route()));
        return all;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects routes. Not thread-safe. */
    public static final class Builder {
        private static final List<String> GET = List.of("GET");
        private static final List<String> GET_POST = List.of("GET", "POST");

        private final Map<String, Route> exact = new LinkedHashMap<>();
        private final List<Pattern> patterns = new ArrayList<>();

        private Builder() {}

        /** GET, answered at once. */
        public Builder immediate(String path, Endpoint endpoint) {
            return add(path, GET, Route.Weight.IMMEDIATE, endpoint);
        }

        /** GET, answered when it is its turn. */
        public Builder get(String path, Endpoint endpoint) {
            return add(path, GET, Route.Weight.QUEUED, endpoint);
        }

        /** GET and form POST, answered when it is its turn. */
        public Builder getOrPost(String path, Endpoint endpoint) {
            return add(path, GET_POST, Route.Weight.QUEUED, endpoint);
        }

        public Builder post(String path, Endpoint endpoint) {
            return add(path, List.of("POST"), Route.Weight.QUEUED, endpoint);
        }

        /** GET, POST and PUT for callers who may delete data. */
        public Builder administer(String path, Endpoint endpoint) {
            exact.put(
                    path,
                    new Route(path, List.of("GET", "POST", "PUT"), Route.Weight.QUEUED, Access.ADMINISTER, endpoint));
            return this;
        }

        private Builder add(String path, List<String> methods, Route.Weight weight, Endpoint endpoint) {
            exact.put(path, new Route(path, methods, weight, Access.READ, endpoint));
            return this;
        }

        /** GET of {@code prefix + any segment + suffix}. */
        public Builder get(String prefix, String suffix, BiFunction<ApiRequest, String, ApiAnswer> endpoint) {
            Route template = new Route(prefix + "{}" + suffix, GET, Route.Weight.QUEUED, Access.READ, request -> {
                throw new IllegalStateException("a template is not an endpoint");
            });
            patterns.add(new Pattern(prefix, suffix, template, endpoint));
            return this;
        }

        public Routes build() {
            return new Routes(Map.copyOf(exact), List.copyOf(patterns));
        }
    }
}
