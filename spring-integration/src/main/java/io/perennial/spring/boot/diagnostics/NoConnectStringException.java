package io.perennial.spring.boot.diagnostics;

/** No property says where the ZooKeeper servers are. */
public final class NoConnectStringException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Which session. */
    private final String sessionName;

    /** What to set. */
    private final String property;

    /**
     * For one session.
     *
     * @param sessionName the session
     * @param property the property to set
     */
    public NoConnectStringException(String sessionName, String property) {
        super("session '" + sessionName + "': " + property + " is not set; give host:port[,host:port...][/chroot]");
        this.sessionName = sessionName;
        this.property = property;
    }

    /**
     * What to set.
     *
     * @return the property's name
     */
    public String property() {
        return property;
    }

    /**
     * Which session.
     *
     * @return its name
     */
    public String sessionName() {
        return sessionName;
    }
}
