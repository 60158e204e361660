package io.millrace.testkit.cluster;

import io.millrace.embedded.ChildNode;

/** The broker or the node as a process of the cluster; ready when it runs. */
record NodeProcess(String kind, ChildNode node) implements ClusterProcess {

    @Override
    public String name() {
        return kind;
    }

    @Override
    public void start() {
        node.start();
    }

    @Override
    public void kill() {
        node.kill();
    }

    @Override
    public void pause() {
        node.pause();
    }

    @Override
    public void resume() {
        node.resume();
    }

    @Override
    public void stop() {
        node.close();
    }

    @Override
    public boolean isAlive() {
        return node.isAlive();
    }

    @Override
    public boolean isReady() {
        return isAlive();
    }

    @Override
    public String trouble() {
        return isAlive() ? "" : "does not run";
    }

    @Override
    public long pid() {
        return node.pid();
    }
}
