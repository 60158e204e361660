package io.millrace.query.index;

/** A set of series ordinals one can ask. */
@FunctionalInterface
interface OrdinalSet {
    boolean contains(int ordinal);
}
