package io.perennial.samples.incident;

import java.net.URL;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a Tomcat shows its applications: the JDK, Tomcat and the servlet API, and nothing of this program. */
final class CommonLoader extends ClassLoader {
    private static final List<String> TOMCATS =
            List.of("jakarta.", "org.apache.catalina.", "org.apache.tomcat.", "org.apache.juli.");

    CommonLoader() {
        super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (isTomcats(name)) {
            return programs().loadClass(name);
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        return isTomcats(name.replace('/', '.')) ? programs().getResource(name) : null;
    }

    private static boolean isTomcats(String name) {
        return TOMCATS.stream().anyMatch(name::startsWith);
    }

    @SuppressWarnings("NullAway") // a class of the class path has a loader
    private static ClassLoader programs() {
        return CommonLoader.class.getClassLoader();
    }
}
