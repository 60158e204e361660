/** The whole of Millrace as its users start it: {@code bin/millrace}. */
@NullMarked
package io.millrace.testkit.standalone;

import org.jspecify.annotations.NullMarked;
