/** Bytes to values and back. Everything that leaves a process goes through here, and every format is documented byte by byte in {@code docs/formats}. */
package io.millrace.wire;
