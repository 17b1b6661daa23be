package io.perennial.internal.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What must not be shown, and all that was, by the place where it was shown. */
final class Secrets {
    enum Place {
        LOG,
        LOG_OF_LIBRARIES,
        REPORT,
        JMX,
        RECORDING,
        EXCEPTION,
        /** What objects say of themselves. */
        OBJECT
    }

    private final Map<byte[], String> secrets = new LinkedHashMap<>();
    private final Map<Place, List<String>> shown = new EnumMap<>(Place.class);

    /** Returns it. */
    String keep(String what, String secret) {
        keep(what, secret.getBytes(UTF_8));
        return secret;
    }

    /** There may be several of a kind. */
    synchronized byte[] keep(String what, byte[] secret) {
        secrets.put(secret.clone(), what);
        return secret;
    }

    synchronized void show(Place where, Object text) {
        shown.computeIfAbsent(where, place -> new ArrayList<>()).add(String.valueOf(text));
    }

    /** With its causes and what they suppressed. */
    void show(Throwable e) {
        var text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        show(Place.EXCEPTION, text);
    }

    /** Which are to be seen there, in whatever form. */
    synchronized Set<String> seenIn(Place where) {
        List<String> texts = shown.getOrDefault(where, List.of());
        Set<String> seen = new TreeSet<>();
        secrets.forEach((secret, what) -> {
            if (forms(secret).stream().anyMatch(form -> texts.stream().anyMatch(text -> text.contains(form)))) {
                seen.add(what);
            }
        });
        return seen;
    }

    /** In which it may be shown. */
    static List<String> forms(byte[] secret) {
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
