package io.perennial.tomcat.testing;

/** A record of String, which no application has a copy of: see {@link JdkSlots}. */
record Occupant(String text) implements Runnable {
    @Override
    public void run() {
        Object other = new Occupant("b");
        if (equals(other) || hashCode() == other.hashCode() || toString().isEmpty()) {
            throw new IllegalStateException("never");
        }
    }
}
