/**
 * What a tenant may send, held over all partitions and instances without a central service: each partition decides by
 * itself, on what the others have published in the topic {@code usage}.
 */
package io.millrace.processor.limits;
