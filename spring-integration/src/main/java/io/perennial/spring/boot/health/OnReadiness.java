package io.perennial.spring.boot.health;

import io.perennial.spring.boot.OnBoolean;

/** Whether the readiness probe looks at the sessions. */
final class OnReadiness extends OnBoolean {
    OnReadiness() {
        super("perennial.readiness.enabled", false);
    }
}
