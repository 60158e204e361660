package io.millrace.promql.ast;

import java.util.List;

/**
 * What a function takes and gives.
 *
 * @param name as written in a query
 * @param argumentTypes of the arguments; the last one repeats where the function is variadic
 * @param variadic 0: exactly these arguments. n &gt; 0: the last one may be left out or stand up to n times. -1: the
 *     last one may be left out or stand any number of times
 * @param returnType of the value
 * @param experimental whether it needs the switch for experimental functions
 */
public record FunctionSignature(
        String name, List<ValueType> argumentTypes, int variadic, ValueType returnType, boolean experimental) {
    public FunctionSignature {
        argumentTypes = List.copyOf(argumentTypes);
    }
}
