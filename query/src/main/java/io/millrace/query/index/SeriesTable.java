package io.millrace.query.index;

import io.millrace.model.Labels;
import io.millrace.model.SeriesId;
import java.util.Arrays;

/**
 * The series of a tenant by ordinal: id and labels. Labels are references to the shared {@link LabelValue}s, 4 bytes
 * each. Ordinals are given in order of arrival and never change. One writer at a time; readers may ask for any ordinal
 * below a {@link #size} they read before.
 */
final class SeriesTable {
    private static final int PAGE_BITS = 12;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int MASK = PAGE - 1;

    private volatile Page[] pages = {};
    private volatile int size;
    private final IdMap ordinals = new IdMap(this);

    private static final class Page {
        final long[] idHigh = new long[PAGE];
        final long[] idLow = new long[PAGE];
        final LabelValue[][] labels = new LabelValue[PAGE][];
    }

    int size() {
        return size;
    }

    /** The ordinal of a series, -1 when it is not there. For the writer only. */
    int find(long idHigh, long idLow) {
        return ordinals.find(idHigh, idLow);
    }

    /** Stores a series under the next ordinal; readers see it after {@link #publish}. Labels sorted by name. */
    int append(long idHigh, long idLow, LabelValue[] labels) {
        int ordinal = size;
        int page = ordinal >>> PAGE_BITS;
        if (page == pages.length) {
            Page[] more = Arrays.copyOf(pages, page + 1);
            more[page] = new Page();
            pages = more;
        }
        Page target = pages[page];
        target.idHigh[ordinal & MASK] = idHigh;
        target.idLow[ordinal & MASK] = idLow;
        target.labels[ordinal & MASK] = labels;
        return ordinal;
    }

    /** Makes the series appended last visible, together with everything else the writer did for it. */
    void publish(int ordinal) {
        size = ordinal + 1;
        ordinals.put(ordinal);
    }

    SeriesId id(int ordinal) {
        Page page = pages[ordinal >>> PAGE_BITS];
        return new SeriesId(page.idHigh[ordinal & MASK], page.idLow[ordinal & MASK]);
    }

    boolean hasId(int ordinal, long idHigh, long idLow) {
        Page page = pages[ordinal >>> PAGE_BITS];
        return page.idHigh[ordinal & MASK] == idHigh && page.idLow[ordinal & MASK] == idLow;
    }

    long idLow(int ordinal) {
        return pages[ordinal >>> PAGE_BITS].idLow[ordinal & MASK];
    }

    /** The labels of a series as they are shared. Do not change. */
    LabelValue[] row(int ordinal) {
        return pages[ordinal >>> PAGE_BITS].labels[ordinal & MASK];
    }

    Labels labels(int ordinal) {
        LabelValue[] row = row(ordinal);
        String[] pairs = new String[row.length * 2];
        for (int i = 0; i < row.length; i++) {
            pairs[2 * i] = row[i].name;
            pairs[2 * i + 1] = row[i].value;
        }
        return Labels.ofSortedPairs(pairs);
    }

    /** The value of a label of a series, "" when it does not have it. */
    String value(int ordinal, String name) {
        for (LabelValue label : row(ordinal)) {
            if (label.name.equals(name)) {
                return label.value;
            }
        }
        return "";
    }

    /** Open addressing from id to ordinal, 8 to 16 bytes a series. The ids themselves stand in the pages. */
    private static final class IdMap {
        private final SeriesTable table;
        private int[] slots = new int[64]; // ordinal + 1, 0 is free
        private int used;

        IdMap(SeriesTable table) {
            this.table = table;
        }

        int find(long idHigh, long idLow) {
            int mask = slots.length - 1;
            for (int slot = (int) idLow & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
                if (table.hasId(slots[slot] - 1, idHigh, idLow)) {
                    return slots[slot] - 1;
                }
            }
            return -1;
        }

        void put(int ordinal) {
            if (++used * 2 > slots.length) {
                int[] old = slots;
                slots = new int[old.length * 2];
                for (int entry : old) {
                    if (entry != 0) {
                        insert(entry - 1);
                    }
                }
            }
            insert(ordinal);
        }

        /** The low bits of the id's low word: its high bits are alike within a Kafka partition. */
        private void insert(int ordinal) {
            int mask = slots.length - 1;
            int slot = (int) table.idLow(ordinal) & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = ordinal + 1;
        }
    }
}
