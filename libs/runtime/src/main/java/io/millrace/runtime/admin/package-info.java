/**
 * The admin endpoint of a process: is it alive, is it ready and if not why, and its metrics. It has a listener of its
 * own so that it answers when the data path is full.
 */
package io.millrace.runtime.admin;
