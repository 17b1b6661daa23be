package org.springframework.boot.loader.launch;

import java.net.URL;
import java.net.URLClassLoader;

/**
 * Has the name of what Spring Boot loads an executable jar with, which is in no module that could be depended on here.
 */
public final class LaunchedClassLoader extends URLClassLoader {
    public LaunchedClassLoader(ClassLoader parent) {
        super(new URL[0], parent);
    }
}
