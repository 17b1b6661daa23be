package io.perennial.tomcat.incident;

/** What an orphan shows. */
enum Symptom {
    /** Of the application's: a ZooKeeper client's, Curator's or the library's. */
    THREAD,
    /** A connection towards the server. */
    SOCKET,
    /** The session and its node at the server. */
    SESSION,
    /** The class loader is kept. */
    LOADER,
    /** Tomcat's own leak detection names the client. */
    LEAK_WARNING,
    /** Connection attempts since the server is back. */
    NEW_CONNECTION
}
