package io.perennial.tomcat.testing;

import org.jspecify.annotations.Nullable;

/** A record of a JDK class and of one that is loaded anew each time, for both of the places: see {@link JdkSlots}. */
record Occupant(String text, @Nullable Occupant inner) implements Runnable {
    Occupant(String text) {
        this(text, null);
    }

    @Override
    public void run() {
        Object other = new Occupant("b", this);
        if (equals(other) || hashCode() == other.hashCode() || toString().isEmpty()) {
            throw new IllegalStateException("never");
        }
    }
}
