/**
 * How much a tenant may send in a second, over all gateways: each gateway reports what it is offered, knows what the others
 * are offered, and takes its share of the limit. What is beyond is refused before Kafka, and counted.
 */
package io.millrace.gateway.limits;
