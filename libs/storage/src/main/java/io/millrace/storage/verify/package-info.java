/** Reads what a store holds of a day and says what is wrong with it. Changes nothing. */
@NullMarked
package io.millrace.storage.verify;

import org.jspecify.annotations.NullMarked;
