package io.perennial.tomcat;

import io.perennial.tomcat.settings.SettingSource;
import java.nio.file.Path;

/**
 * The attributes of a JNDI resource.
 *
 * @param resource the resource's name
 * @param classLoader where classes are looked up
 */
record ResourceAttributes(String resource, ClassLoader classLoader) implements SettingSource {
    private static final int LONGEST_NAME = 64;

    /**
     * A session's name derived from the resource's: its last part, with characters replaced that a session's name
     * cannot have.
     */
    String sessionName() {
        String last = resource.substring(resource.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "-");
        return last.isEmpty() ? "zookeeper" : last.substring(0, Math.min(LONGEST_NAME, last.length()));
    }

    @Override
    public String describe(String name) {
        return "attribute '" + (name.equals("name") ? "sessionName" : name) + "'";
    }

    @Override
    public Path file(String text) {
        return Path.of(text);
    }
}
