package io.perennial.tomcat.settings;

import java.nio.file.Path;

/** Where a configuration comes from. */
public interface SettingSource {
    /**
     * A name as the user wrote it there, for errors.
     *
     * @param name the property's name
     * @return for example {@code context parameter 'perennial.name'}
     */
    String describe(String name);

    /**
     * Where classes named in a value are.
     *
     * @return the loader
     */
    ClassLoader classLoader();

    /**
     * The file that a value names.
     *
     * @param text the value
     * @return the file, which need not exist
     */
    Path file(String text);
}
