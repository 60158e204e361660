package io.millrace.runtime;

/**
 * One part of a process with a life of its own. The constructor takes what the part needs and does nothing; {@link
 * #start} connects and starts threads; {@link #close} undoes it.
 */
public interface Service extends AutoCloseable {
    /** A short name for logs and for {@code /ready}, such as {@code control-tables}. */
    String name();

    /**
     * Starts the service; called once. May block until connected, and must stop blocking when interrupted.
     *
     * @throws Exception when the service cannot start; the message is shown to the operator as it is
     */
    void start() throws Exception;

    /** Whether the service can work now. Cheap, from any thread, without I/O. */
    Health check();

    /** Stops the service and frees everything. Idempotent; also called after a failed {@link #start}. */
    @Override
    void close();
}
