package io.perennial.spring.boot.diagnostics;

/** The artifact that these classes are in. */
final class ThisStarter {
    static final Starter STARTER = Starter.BOOT3;

    private ThisStarter() {}
}
