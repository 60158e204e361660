package io.millrace.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.promql.ast.Aggregator;
import io.millrace.promql.ast.BinaryOperator;
import io.millrace.promql.ast.FunctionSignature;
import io.millrace.promql.ast.Functions;
import io.millrace.promql.engine.EngineOptions;
import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.ApiRequest;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** {@code features}: what of the language is there and what is switched off, by the categories of Prometheus. Immutable. */
final class FeaturesEndpoint {
    private final Map<String, Map<String, Boolean>> categories = new TreeMap<>();

    FeaturesEndpoint(EngineOptions options) {
        category("api").put("remote_write_receiver", true);
        Map<String, Boolean> functions = category("promql_functions");
        for (FunctionSignature function : Functions.all()) {
            functions.put(function.name(), options.experimentalFunctions() || !function.experimental());
        }
        Map<String, Boolean> operators = category("promql_operators");
        for (BinaryOperator operator : BinaryOperator.values()) {
            operators.put(operator.symbol(), true);
        }
        for (Aggregator aggregator : Aggregator.values()) {
            operators.put(aggregator.keyword(), options.experimentalFunctions() || !aggregator.experimental());
        }
        Map<String, Boolean> language = category("promql");
        for (String always : new String[] {
            "at_modifier",
            "bool",
            "by",
            "duration_expr",
            "group_left",
            "group_right",
            "ignoring",
            "negative_offset",
            "offset",
            "on",
            "per_query_lookback_delta",
            "subqueries",
            "without"
        }) {
            language.put(always, true);
        }
        language.put("anchored", options.extendedRangeSelectors());
        language.put("smoothed", options.extendedRangeSelectors());
        language.put("fill", options.fillModifiers());
        language.put("fill_left", options.fillModifiers());
        language.put("fill_right", options.fillModifiers());
        language.put("delayed_name_removal", options.delayedNameRemoval());
        language.put("use_start_timestamps", options.useStartTimestamps());
        language.put("per_step_stats", false);
    }

    private Map<String, Boolean> category(String name) {
        return categories.computeIfAbsent(name, key -> new TreeMap<>());
    }

    ApiAnswer features(ApiRequest request) {
        return ApiAnswer.data(this::write);
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, Map<String, Boolean>> category : categories.entrySet()) {
            json.writeObjectFieldStart(category.getKey());
            for (Map.Entry<String, Boolean> feature : category.getValue().entrySet()) {
                json.writeBooleanField(feature.getKey(), feature.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
