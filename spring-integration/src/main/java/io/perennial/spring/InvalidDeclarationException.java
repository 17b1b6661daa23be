package io.perennial.spring;

import org.jspecify.annotations.Nullable;

/**
 * What an annotation of this package says cannot be used: a placeholder that nothing resolves, a path that is none, a
 * session that does not exist. The message names the bean, the method and the text.
 */
public final class InvalidDeclarationException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** One sentence. */
    private final String remedy;

    /**
     * For one annotation.
     *
     * @param message where it is, and what is wrong with it
     * @param remedy what to do about it, a sentence
     * @param cause what was refused, or null
     */
    public InvalidDeclarationException(String message, String remedy, @Nullable Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    /**
     * What to do about it.
     *
     * @return a sentence
     */
    public String remedy() {
        return remedy;
    }
}
