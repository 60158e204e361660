/**
 * A whole Millrace in processes of its own: broker, node, and each service as a JVM from its built jar.
 *
 * <p>Every process can be killed, paused, resumed and started again on the same ports and data, which is what the tests of
 * failures and {@code bin/torture} do to it. The jars must be built; nothing here builds.
 */
@NullMarked
package io.millrace.testkit.cluster;

import org.jspecify.annotations.NullMarked;
