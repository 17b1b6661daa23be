package io.perennial.testing;

import java.nio.charset.StandardCharsets;

/** What nodes hold in tests. */
public final class Data {
    private Data() {}

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
