/**
 * Relabelling with the semantics of Prometheus' {@code relabel_config}, all actions. Rules are data that a person sets;
 * {@link io.millrace.runtime.relabel.Relabeling} is what is made of them, or the reason why not. Both the processor, which
 * applies them, and the admin API, which checks and tries them, use it.
 */
package io.millrace.runtime.relabel;
