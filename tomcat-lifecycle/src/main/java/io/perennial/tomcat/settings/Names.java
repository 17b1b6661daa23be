package io.perennial.tomcat.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells known names from unknown ones. */
public final class Names {
    /** How many letters may be wrong for a name to be suggested. */
    private static final int TYPING_ERRORS = 3;

    private Names() {}

    /**
     * Refuses unknown names.
     *
     * @param given the names given
     * @param known the names known
     * @param source where the names come from
     * @throws IllegalArgumentException that names the unknown ones, each with the one that may have been meant
     */
    public static void checkKnown(Collection<String> given, Collection<String> known, SettingSource source) {
        String unknown = given.stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .map(name -> source.describe(name) + " is unknown"
                        + nearest(name, known)
                                .map(meant -> "; did you mean " + source.describe(meant) + "?")
                                .orElse("; known are " + String.join(", ", known)))
                .collect(Collectors.joining("; "));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(unknown);
        }
    }

    private static Optional<String> nearest(String name, Collection<String> known) {
        String plain = plain(name);
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(plain, plain(candidate))))
                .filter(candidate -> distance(plain, plain(candidate)) <= TYPING_ERRORS);
    }

    /** So that {@code session-timeout} is near to {@code sessionTimeout}. */
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
