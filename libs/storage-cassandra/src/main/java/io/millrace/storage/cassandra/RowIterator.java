package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rows of a statement, page by page; while one page is read the next is on its way. Not thread-safe. */
final class RowIterator implements Iterator<Row> {
    private final Function<CompletableFuture<AsyncResultSet>, AsyncResultSet> await;
    private @Nullable CompletableFuture<AsyncResultSet> next;
    private @Nullable Iterator<Row> page;
    private @Nullable Row peeked;

    /** @param await waits for a page, or throws what the caller should see */
    RowIterator(
            CompletableFuture<AsyncResultSet> first,
            Function<CompletableFuture<AsyncResultSet>, AsyncResultSet> await) {
        this.next = first;
        this.await = await;
    }

    /** The next row without stepping on; null at the end. */
    @Nullable
    Row peek() {
        while (peeked == null) {
            Iterator<Row> current = page;
            if (current != null && current.hasNext()) {
                peeked = current.next();
            } else if (!turnPage()) {
                return null;
            }
        }
        return peeked;
    }

    private boolean turnPage() {
        CompletableFuture<AsyncResultSet> coming = next;
        if (coming == null) {
            return false;
        }
        AsyncResultSet result = await.apply(coming);
        next = result.hasMorePages() ? result.fetchNextPage().toCompletableFuture() : null;
        page = result.currentPage().iterator();
        return true;
    }

    @Override
    public boolean hasNext() {
        return peek() != null;
    }

    @Override
    public Row next() {
        Row row = peek();
        if (row == null) {
            throw new NoSuchElementException();
        }
        peeked = null;
        return row;
    }
}
