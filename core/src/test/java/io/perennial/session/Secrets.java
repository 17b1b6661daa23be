package io.perennial.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What must not be shown, and all that was. */
final class Secrets {
    private final Map<String, byte[]> secrets = new LinkedHashMap<>();
    private final List<String> shown = new ArrayList<>();

    /** Returns it. */
    String keep(String what, String secret) {
        keep(what, secret.getBytes(UTF_8));
        return secret;
    }

    byte[] keep(String what, byte[] secret) {
        secrets.put(what, secret.clone());
        return secret;
    }

    void show(Object text) {
        shown.add(String.valueOf(text));
    }

    /** With its causes and what they suppressed. */
    void show(Throwable e) {
        var text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        shown.add(text.toString());
    }

    void assertKept() {
        assertThat(secrets).isNotEmpty();
        secrets.forEach((what, secret) -> forms(secret).forEach(form -> assertThat(shown)
                .as("%s, as %s", what, form)
                .filteredOn(text -> text.contains(form))
                .isEmpty()));
    }

    private static List<String> forms(byte[] secret) {
        String hex = HexFormat.of().formatHex(secret);
        String base64 = Base64.getEncoder().encodeToString(secret);
        return List.of(
                new String(secret, UTF_8),
                new String(secret, ISO_8859_1),
                hex,
                hex.toUpperCase(Locale.ROOT),
                base64.substring(0, base64.length() - 4), // the end depends on what follows
                Arrays.toString(secret).replaceAll("[\\[\\]]", ""));
    }
}
