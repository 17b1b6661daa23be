package io.perennial.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Input that is almost right, for tests of whatever reads configuration or files: examples with parts taken out, put
 * in, repeated, exchanged and cut off. The same seed always gives the same input.
 */
public final class MangledInput {
    private static final List<String> SIGNS = List.of(
            "", " ", "\n", "\u0000", "\ud800", "\u2028", "\uFF11", "/", "//", "..", ":", ",", "@", "?", "%s", "$", "{",
            "[", "]", "\"", "-");
    private static final List<String> VALUES = List.of(
            "-1",
            "0",
            "1e999",
            "2147483648",
            "-9223372036854775808",
            "9223372036854775807",
            "99999999999999999999",
            "PT-1S",
            "PT2562047788015215H",
            "-1000000000-01-01T00:00:00Z",
            "+1000000000-12-31T23:59:59.999999999Z",
            "null",
            "true");

    private static final Pattern WORD = Pattern.compile("[\\w.+:-]+");
    private static final int MOST_CHANGES = 4;
    private static final int LONGEST_REPEATED = 40;
    private static final int MOST_REPETITIONS = 200;

    private final List<String> examples;

    private MangledInput(List<String> examples) {
        this.examples = examples;
    }

    /**
     * Of these examples.
     *
     * @param examples what is right, or nearly
     * @return their mangled forms
     */
    public static MangledInput of(String... examples) {
        return new MangledInput(List.of(examples));
    }

    /**
     * One input.
     *
     * @param seed which one
     * @return a text
     */
    public String text(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String text = any(examples, random);
        for (int changes = random.nextInt(MOST_CHANGES + 1); changes > 0; changes--) {
            text = changed(text, random);
        }
        return text;
    }

    /**
     * Mangles bytes.
     *
     * @param original what is right
     * @param seed which of its mangled forms
     * @return a changed copy
     */
    public static byte[] bytes(byte[] original, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String text = new String(original, StandardCharsets.ISO_8859_1);
        for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0; changes--) {
            text = random.nextInt(4) == 0 ? changed(text, random) : overwritten(text, random);
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String changed(String text, SplittableRandom random) {
        // What is in the right place is read further than what is not.
        return random.nextInt(3) == 0 ? cut(text, random) : wordExchanged(text, random);
    }

    private static String cut(String text, SplittableRandom random) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(LONGEST_REPEATED));
        return switch (random.nextInt(5)) {
            case 0 -> text.substring(0, from) + text.substring(to);
            case 1 -> text.substring(0, from) + any(SIGNS, random) + text.substring(from);
            case 2 ->
                text.substring(0, to)
                        + text.substring(from, to).repeat(random.nextInt(MOST_REPETITIONS))
                        + text.substring(to);
            case 3 -> text.substring(0, from);
            default -> text.substring(0, from) + (char) random.nextInt(Character.MAX_VALUE) + text.substring(to);
        };
    }

    private static String wordExchanged(String text, SplittableRandom random) {
        List<MatchResult> words = WORD.matcher(text).results().toList();
        if (words.isEmpty()) {
            return any(VALUES, random);
        }
        MatchResult word = any(words, random);
        return text.substring(0, word.start()) + any(VALUES, random) + text.substring(word.end());
    }

    /** Of the same length: what says lengths and places elsewhere stays right. */
    private static String overwritten(String text, SplittableRandom random) {
        StringBuilder changed = new StringBuilder(text);
        // The beginning says what the rest is.
        int bound = random.nextBoolean() ? Math.min(text.length(), LONGEST_REPEATED * 2) : text.length();
        for (int count = 1 + random.nextInt(8); count > 0 && bound > 0; count--) {
            changed.setCharAt(random.nextInt(bound), (char) random.nextInt(256));
        }
        return changed.toString();
    }

    private static <T> T any(List<T> choice, SplittableRandom random) {
        return choice.get(random.nextInt(choice.size()));
    }
}
