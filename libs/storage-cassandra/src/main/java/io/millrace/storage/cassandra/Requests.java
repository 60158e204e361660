package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchableStatement;
import com.datastax.oss.driver.api.core.cql.DefaultBatchType;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.Statement;
import io.millrace.storage.StoreUnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * Sends statements and turns every failure into a {@link StoreUnavailableException} that says what was tried.
 * Thread-safe.
 */
final class Requests {
    /** Reads ahead of the one whose rows are being handed out. */
    private static final int READ_AHEAD = 8;

    private final CqlSession session;

    Requests(CqlSession session) {
        this.session = session;
    }

    /** Sends statements of one storage partition as a single unlogged batch. */
    CompletionStage<Void> writeBatch(String what, List<? extends BatchableStatement<?>> statements) {
        Statement<?> request = statements.size() == 1
                ? statements.get(0)
                : BatchStatement.newInstance(DefaultBatchType.UNLOGGED, new ArrayList<>(statements));
        return write(what, request);
    }

    CompletionStage<Void> write(String what, Statement<?> statement) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        send(statement).whenComplete((rows, failure) -> {
            if (failure == null) {
                written.complete(null);
            } else {
                written.completeExceptionally(unavailable("writing " + what, failure));
            }
        });
        return written;
    }

    /** Completes when all have; fails when one has. */
    static CompletionStage<Void> all(List<CompletionStage<Void>> writes) {
        if (writes.size() == 1) {
            return writes.get(0);
        }
        return CompletableFuture.allOf(
                writes.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new));
    }

    /**
     * Hands the rows of each statement in order to {@code visitor} until it returns false, with a few requests under way
     * at a time.
     */
    void read(String what, Iterator<? extends Statement<?>> statements, Predicate<Row> visitor) {
        ArrayDeque<CompletableFuture<AsyncResultSet>> underWay = new ArrayDeque<>();
        while (statements.hasNext() || !underWay.isEmpty()) {
            while (statements.hasNext() && underWay.size() < READ_AHEAD) {
                underWay.add(send(statements.next()).toCompletableFuture());
            }
            AsyncResultSet page = await(what, underWay.remove());
            while (page != null) {
                CompletableFuture<AsyncResultSet> next =
                        page.hasMorePages() ? page.fetchNextPage().toCompletableFuture() : null;
                for (Row row : page.currentPage()) {
                    if (!visitor.test(row)) {
                        return;
                    }
                }
                page = next == null ? null : await(what, next);
            }
        }
    }

    /** The rows of one statement, for a reader that takes them one by one. */
    RowIterator rows(String what, Statement<?> statement) {
        return new RowIterator(send(statement).toCompletableFuture(), page -> await(what, page));
    }

    /** The result of one statement that must not be repeated by itself, such as a lightweight transaction. */
    AsyncResultSet result(String what, Statement<?> statement) {
        return await(what, send(statement).toCompletableFuture());
    }

    private static AsyncResultSet await(String what, CompletableFuture<AsyncResultSet> result) {
        try {
            return result.join();
        } catch (CompletionException e) {
            throw unavailable("reading " + what, e);
        }
    }

    private CompletionStage<AsyncResultSet> send(Statement<?> statement) {
        try {
            return session.executeAsync(statement);
        } catch (DriverException | IllegalStateException e) {
            // A closed session throws instead of failing the stage.
            return CompletableFuture.failedFuture(e);
        }
    }

    private static StoreUnavailableException unavailable(String tried, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return new StoreUnavailableException(
                "Cassandra failed " + tried + ": " + cause.getClass().getSimpleName() + ": " + cause.getMessage(),
                cause);
    }
}
