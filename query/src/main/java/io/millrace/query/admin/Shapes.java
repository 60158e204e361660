package io.millrace.query.admin;

import io.millrace.model.TenantId;
import io.millrace.query.admin.Shape.Field;
import io.millrace.query.admin.Shape.Struct;
import io.millrace.runtime.control.AccessKey;
import io.millrace.runtime.control.Account;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.control.Network;
import io.millrace.runtime.control.ProcessingRules;
import io.millrace.runtime.control.User;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The forms of the control records in JSON, made from the records themselves, so that a new field is there by itself. */
final class Shapes {
    static final Shape TEXT = new Shape.Text();
    static final Shape FLAG = new Shape.Flag();
    static final Shape WHOLE = new Shape.Whole(Integer.MAX_VALUE);

    static final Struct ACCOUNT = of(Account.class);
    static final Struct USER = of(User.class);
    static final Struct KEY = of(AccessKey.class);
    static final Struct INSTANCE = of(Instance.class);
    static final Struct PROCESSING = without(of(ProcessingRules.class), "id");

    private Shapes() {}

    /** What fields of records mean that do not say so by their names; the field of a record is {@code Record.field}. */
    private static Map<String, String> descriptions() {
        return Map.ofEntries(
                Map.entry("Account.operator", "its administrators may change every account and every limit"),
                Map.entry("Account.enabled", "when false, no key of the account is accepted"),
                Map.entry("User.accountId", "whose user it is; the caller's own account when absent"),
                Map.entry("User.enabled", "when false, none of the user's keys is accepted"),
                Map.entry("User.policies", "what the user may do; none means nothing"),
                Map.entry(
                        "Policy.level", "full: write, read, administer; write: remote write only; read: queries only"),
                Map.entry("Policy.instances", "ids of instances of the account, or the one element *"),
                Map.entry("AccessKey.enabled", "when false, the key is not accepted"),
                Map.entry("AccessKey.expires", "from this moment the key is not accepted; null for never"),
                Map.entry("Instance.id", "stands in addresses; cannot be used again after a deletion"),
                Map.entry("Instance.accountId", "whose instance it is; the caller's own account when absent"),
                Map.entry("Instance.status", "a stopped instance can be neither written nor read"),
                Map.entry(
                        "Instance.retentionDays",
                        "days that samples are kept, 1 to 3650; usual are 15, 30, 60, 90, 180"),
                Map.entry("Instance.limits", "changed one by one, by operators; those absent stay as they are"),
                Map.entry("Instance.writeFrom", "networks that may write without a key, such as 10.0.0.0/8"),
                Map.entry("Instance.readFrom", "networks that may read without a key"),
                Map.entry("TenantLimits.maxActiveSeries", "series with a sample in the last 20 minutes"),
                Map.entry("TenantLimits.maxSamplesPerSecond", "over all gateways"),
                Map.entry("TenantLimits.maxSeriesPerMetric", "active series with the same metric name"),
                Map.entry("TenantLimits.maxNewSeriesPerMinute", "series that become active within a minute"),
                Map.entry("TenantLimits.futureWindow", "how far ahead of the clock a sample may be"),
                Map.entry("TenantLimits.pastWindow", "how old a sample may be"),
                Map.entry(
                        "ProcessingRules.dropMetrics",
                        "metric names that are not stored, each an RE2 for the whole name"),
                Map.entry("ProcessingRules.relabel", "rules as relabel_config of Prometheus has them"),
                Map.entry(
                        "ProcessingRules.longValues", "what becomes of a label value above the limit of the instance"),
                Map.entry("ProcessingRules.ha", "pairs of Prometheus that scrape the same; null for none"),
                Map.entry("HaReplicas.failover", "how long a replica must be silent before another takes over"));
    }

    /** The form of a record. */
    static Struct of(Class<? extends Record> type) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String description = descriptions().getOrDefault(type.getSimpleName() + "." + component.getName(), "");
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            fields.put(component.getName(), new Field(shape(component.getGenericType()), nullable, false, description));
        }
        return new Struct(fields);
    }

    static Struct without(Struct struct, String name) {
        return struct.only(struct.fields().keySet().stream()
                .filter(each -> !each.equals(name))
                .toArray(String[]::new));
    }

    private static Shape shape(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == List.class
                    ? new Shape.Items(shape(generic.getActualTypeArguments()[0]))
                    : new Shape.Texts();
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class || plain == TenantId.class || plain == Network.class) {
            return TEXT;
        } else if (plain == boolean.class) {
            return FLAG;
        } else if (plain == int.class || plain == Integer.class) {
            return WHOLE;
        } else if (plain == long.class || plain == Long.class) {
            return new Shape.Whole(Long.MAX_VALUE);
        } else if (plain == Duration.class) {
            return new Shape.Length();
        } else if (plain == Instant.class) {
            return new Shape.Time();
        } else if (plain.isEnum()) {
            return new Shape.Choice(words(plain));
        } else if (plain.isRecord()) {
            return of(plain.asSubclass(Record.class));
        }
        throw new IllegalStateException("no form for " + plain);
    }

    /** {@code deleted} is a status nobody can ask for. */
    private static List<String> words(Class<?> choice) {
        return Arrays.stream(choice.getEnumConstants())
                .filter(each -> each != Instance.Status.DELETED)
                .map(each -> ((Enum<?>) each).name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
