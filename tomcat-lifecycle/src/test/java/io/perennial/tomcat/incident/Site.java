package io.perennial.tomcat.incident;

import io.perennial.test.EmbeddedServer;
import io.perennial.tomcat.testing.RealTomcat;
import java.nio.file.Path;

/** What all applications of an incident share. */
record Site(Path directory, EmbeddedServer server, RealTomcat tomcat, LeakWarnings warnings) {}
