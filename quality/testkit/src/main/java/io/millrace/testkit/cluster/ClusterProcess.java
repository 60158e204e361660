package io.millrace.testkit.cluster;

/** One process of a cluster, as somebody who wants to harm it sees it. Implementations are thread-safe. */
public interface ClusterProcess {

    /** Such as {@code processor-1}. */
    String name();

    /** What it is one of, such as {@code processor}. */
    String kind();

    /** Starts it, on the ports and the data it had before. A node is ready afterwards, a service is on its way. */
    void start();

    /** SIGKILL; returns when the process is gone. */
    void kill();

    /** SIGSTOP: connections stay open and nothing answers. */
    void pause();

    /** SIGCONT. */
    void resume();

    /** SIGTERM, and waits for the end. */
    void stop();

    boolean isAlive();

    /** Whether it says itself that it can do its work. */
    boolean isReady();

    /** Why it is not ready, for people; empty when it is. */
    String trouble();

    /** The operating system's id of the process started last. */
    long pid();
}
