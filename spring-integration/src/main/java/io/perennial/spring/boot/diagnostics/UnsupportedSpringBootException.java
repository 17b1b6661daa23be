package io.perennial.spring.boot.diagnostics;

/** The application runs on a generation of Spring Boot that this module was not made for. */
public final class UnsupportedSpringBootException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Spring Boot's. */
    private final String version;

    /**
     * For one version.
     *
     * @param version Spring Boot's
     */
    public UnsupportedSpringBootException(String version) {
        super(ThisStarter.STARTER.artifact() + " needs " + ThisStarter.STARTER.generation() + ", this is " + version);
        this.version = version;
    }

    /**
     * What the application runs on.
     *
     * @return Spring Boot's version
     */
    public String version() {
        return version;
    }
}
