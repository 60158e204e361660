/**
 * What is in force for each instance: its limits, and what is done with the labels of its series. The processor applies it;
 * gateways do to series that may be new of an instance at its limits, to come to the same result.
 */
package io.millrace.runtime.policy;
