package io.perennial.spring.boot.diagnostics;

/** A property that holds a secret is wrong. Neither the message nor the analysis has its value. */
public final class InvalidSecretException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Its name. */
    private final String property;

    /** Of its value. */
    private final int length;

    /** What is right. */
    private final String reason;

    /**
     * For one property.
     *
     * @param property its name
     * @param length of its value, in characters
     * @param reason what is right
     */
    public InvalidSecretException(String property, int length, String reason) {
        super("property " + property + " (" + length + " characters) is wrong: " + reason);
        this.property = property;
        this.length = length;
        this.reason = reason;
    }

    /**
     * Which one.
     *
     * @return the property's name
     */
    public String property() {
        return property;
    }

    /**
     * How long its value is.
     *
     * @return in characters
     */
    public int length() {
        return length;
    }

    /**
     * What is right.
     *
     * @return one sentence
     */
    public String reason() {
        return reason;
    }
}
