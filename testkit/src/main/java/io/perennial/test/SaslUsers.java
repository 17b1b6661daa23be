package io.perennial.test;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.zookeeper.server.auth.DigestLoginModule;
import org.apache.zookeeper.server.auth.SASLAuthenticationProvider;

/** The users that servers know by SASL, in the form in which servers read them. */
final class SaslUsers {
    private static final String SCHEME = "sasl";

    private final Map<String, String> passwords = new LinkedHashMap<>();

    void add(String name, String password) {
        passwords.put(name, password);
    }

    List<String> configLines() {
        return passwords.isEmpty()
                ? List.of()
                : List.of("authProvider.sasl=" + SASLAuthenticationProvider.class.getName());
    }

    List<String> jvmOptions(ServerFiles files) {
        if (passwords.isEmpty()) {
            return List.of();
        }
        Path file = files.write("server.jaas", login());
        return List.of("-Djava.security.auth.login.config=" + file, "-Dzookeeper.fips-mode=false");
    }

    /** Other ways in which clients can authenticate, besides that of the kit. */
    List<String> schemes() {
        return passwords.isEmpty() ? List.of() : List.of(SCHEME);
    }

    private String login() {
        return passwords.entrySet().stream()
                .map(user -> " user_%s=\"%s\"".formatted(user.getKey(), user.getValue()))
                .collect(Collectors.joining(
                        "", "Server {\n  " + DigestLoginModule.class.getName() + " required", ";\n};\n"));
    }
}
