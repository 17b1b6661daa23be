package io.perennial.tomcat.settings;

import java.nio.file.Path;

/** Settings that say no more than their name, classes of the tests, and files by their path. */
final class PlainSource implements SettingSource {
    @Override
    public String describe(String name) {
        return "setting '" + name + "'";
    }

    @Override
    public ClassLoader classLoader() {
        return PlainSource.class.getClassLoader();
    }

    @Override
    public Path file(String text) {
        return Path.of(text);
    }
}
