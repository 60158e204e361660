/**
 * What every implementation of the store must do, as abstract tests; and a store in memory for tests of what stands
 * on the store.
 */
package io.millrace.testkit.store;
