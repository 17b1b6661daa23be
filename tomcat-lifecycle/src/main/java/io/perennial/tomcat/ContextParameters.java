package io.perennial.tomcat;

import io.perennial.ResilientSession;
import io.perennial.tomcat.settings.Names;
import io.perennial.tomcat.settings.SessionSettings;
import io.perennial.tomcat.settings.SettingSource;
import jakarta.servlet.ServletContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An application's settings for its session in {@code <context-param>}s with names that begin with "perennial.". */
final class ContextParameters implements SettingSource {
    static final String PREFIX = "perennial.";
    static final String CONNECT_STRING = "connectString";
    static final String INITIALIZER_SESSION = "initializer.session";
    static final String INITIALIZER_GUARD = "initializer.guard";

    private final ServletContext application;
    /** Without the prefix. */
    private final Map<String, String> values;

    private ContextParameters(ServletContext application, Map<String, String> values) {
        this.application = application;
        this.values = values;
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException for names that are unknown
     */
    static ContextParameters of(ServletContext application) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : Collections.list(application.getInitParameterNames())) {
            String value = application.getInitParameter(name);
            if (name.startsWith(PREFIX) && value != null) {
                values.put(name.substring(PREFIX.length()), value);
            }
        }
        var parameters = new ContextParameters(application, values);
        List<String> known = new ArrayList<>(SessionSettings.names());
        known.add(INITIALIZER_SESSION);
        known.add(INITIALIZER_GUARD);
        Names.checkKnown(values.keySet(), known, parameters);
        return parameters;
    }

    /** Applies them to a builder. */
    void apply(ResilientSession.Builder builder) {
        SessionSettings.apply(values, this, builder);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** A switch, or null when it is left out. */
    @Nullable
    Boolean flag(String name) {
        String text = values.get(name);
        if (text == null) {
            return null;
        }
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException(describe(name) + " is '" + text + "'; it must be true or false");
        };
    }

    @Override
    public String describe(String name) {
        return "context parameter '" + PREFIX + name + "'";
    }

    @Override
    public ClassLoader classLoader() {
        return application.getClassLoader();
    }

    /** A path in the application, such as {@code /WEB-INF/zookeeper.properties}, otherwise a file on the machine. */
    @Override
    public Path file(String text) {
        String inApplication = text.startsWith("/") ? application.getRealPath(text) : null;
        return inApplication != null && Files.exists(Path.of(inApplication)) ? Path.of(inApplication) : Path.of(text);
    }
}
