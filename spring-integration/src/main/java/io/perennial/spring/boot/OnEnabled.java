package io.perennial.spring.boot;

/** Whether Perennial is enabled. */
final class OnEnabled extends OnBoolean {
    OnEnabled() {
        super(PerennialProperties.PREFIX + ".enabled", true);
    }
}
