package io.perennial.internal.engine;

/** Throws what it does not declare, as Kotlin, Groovy and Lombok do. */
public final class Sneaky {
    private Sneaky() {}

    /** Throws it. */
    public static void sneak(Throwable thrown) {
        Sneaky.<RuntimeException>hide(thrown);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void hide(Throwable thrown) throws E {
        throw (E) thrown;
    }
}
