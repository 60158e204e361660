package io.millrace.query.http;

import io.millrace.promql.engine.MemoryPool;
import io.millrace.runtime.control.Instance;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request that has been let in.
 *
 * @param instance whose data it is about
 * @param method GET or POST
 * @param path behind {@code /prometheus/{instance}/}
 * @param body empty for a form, whose values are in {@code parameters}
 * @param header gives a request header or null
 * @param arrivedNanos when it came, on {@link System#nanoTime}
 * @param deadlineNanos until when the answer must have been found, on {@link System#nanoTime}
 * @param memory of which what the request holds is taken; closed when the answer is out
 * @param cancelled whether nobody waits for the answer any more
 */
public record ApiRequest(
        Instance instance,
        String method,
        String path,
        Parameters parameters,
        byte[] body,
        Function<String, @Nullable String> header,
        long arrivedNanos,
        long deadlineNanos,
        MemoryPool.Share memory,
        BooleanSupplier cancelled) {}
