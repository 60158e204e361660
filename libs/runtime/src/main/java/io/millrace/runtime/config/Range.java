package io.millrace.runtime.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The values a configuration key may have, both ends included, written as in the file: {@code @Range(min = "1", max =
 * "65535")}, {@code @Range(min = "100ms")}, {@code @Range(max = "1GiB")}. For numbers, {@link java.time.Duration},
 * {@link DataSize}, and {@link java.util.Optional} of these.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Range {
    /** The least value; empty for none. */
    String min() default "";

    /** The greatest value; empty for none. */
    String max() default "";
}
