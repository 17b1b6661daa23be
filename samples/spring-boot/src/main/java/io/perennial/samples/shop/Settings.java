package io.perennial.samples.shop;

/**
 * The service's configuration, as JSON in a node.
 *
 * @param greeting a line, 1 to 60 characters
 * @param discount percent, 0 to 90
 */
public record Settings(String greeting, int discount) {
    /** The node. */
    public static final String PATH = "/config/shop";

    private static final int LONGEST = 60;
    private static final int HIGHEST = 90;

    /** Refuses wrong values, with a sentence for the person who wrote them. */
    public Settings {
        if (greeting == null || greeting.isBlank() || greeting.length() > LONGEST) {
            throw new IllegalArgumentException("the greeting must be a line of 1 to " + LONGEST + " characters");
        }
        if (greeting.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the greeting must be one line");
        }
        if (discount < 0 || discount > HIGHEST) {
            throw new IllegalArgumentException("the discount must be 0 to " + HIGHEST + " percent, not " + discount);
        }
    }
}
