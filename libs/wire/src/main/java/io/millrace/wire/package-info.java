/**
 * Bytes to values and back. Everything that leaves a process goes through here, and every format is documented byte by
 * byte in {@code docs/formats}. Whatever the bytes are, reading them throws nothing but {@code MalformedException}.
 */
package io.millrace.wire;
