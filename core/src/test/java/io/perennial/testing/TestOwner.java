package io.perennial.testing;

import io.perennial.SessionOwner;

/** An owner of sessions that lives until a test ends it. */
public final class TestOwner implements SessionOwner {
    private volatile boolean alive = true;

    public void end() {
        alive = false;
    }

    @Override
    public boolean isAlive() {
        return alive;
    }

    @Override
    public String describe() {
        return "the test's application";
    }
}
