package io.perennial.test;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.zookeeper.server.AuthenticationHelper;

/** Makes servers demand digest credentials: they read this from system properties, once, when they are made. */
final class RequiredAuthentication {
    /** For clients of the kit. */
    static final String SCHEME = "digest";

    static final byte[] CREDENTIALS = {'t', 'e', 's', 't', ':', 'k', 'i', 't'};

    private RequiredAuthentication() {}

    /**
     * For a server in a separate JVM.
     *
     * @param others schemes that are accepted as well
     */
    static List<String> jvmOptions(List<String> others) {
        List<String> schemes = new ArrayList<>(others);
        schemes.add(SCHEME);
        return List.of(
                "-D" + AuthenticationHelper.ENFORCE_AUTH_ENABLED + "=true",
                "-D" + AuthenticationHelper.ENFORCE_AUTH_SCHEMES + "=" + String.join(",", schemes));
    }

    /** What a server in this JVM reads while it is made; all other settings stay as they are. */
    static <T> T during(boolean required, Supplier<T> making) {
        if (!required) {
            return making.get();
        }
        System.setProperty(AuthenticationHelper.ENFORCE_AUTH_ENABLED, "true");
        System.setProperty(AuthenticationHelper.ENFORCE_AUTH_SCHEMES, SCHEME);
        try {
            return making.get();
        } finally {
            System.clearProperty(AuthenticationHelper.ENFORCE_AUTH_ENABLED);
            System.clearProperty(AuthenticationHelper.ENFORCE_AUTH_SCHEMES);
        }
    }
}
