package io.perennial.tomcat.testing;

import java.nio.file.Path;

/** An exploded web application with classes and libraries of its own. */
@FunctionalInterface
public interface WebApplication {
    /** Writes it and returns its document base. */
    Path write();
}
