package io.perennial.tomcat;

import io.perennial.ResilientSession;
import io.perennial.tomcat.settings.Names;
import io.perennial.tomcat.settings.SessionSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NamingException;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.spi.ObjectFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes a session a JNDI resource. Defined in an application's {@code context.xml}, the session belongs to the
 * application; among the global resources of {@code server.xml}, it belongs to the container, and applications share it
 * by a {@code <ResourceLink>}:
 *
 * <pre>{@code
 * <Resource name="zookeeper/orders" type="io.perennial.ResilientSession"
 *           factory="io.perennial.tomcat.ResilientSessionFactory" closeMethod="close"
 *           connectString="zk1:2181,zk2:2181,zk3:2181/shop" sessionTimeout="30s"/>
 * }</pre>
 *
 * <p>The attributes are those of {@link ResilientSessionListener}'s context parameters without "perennial."; only the
 * session's own name is {@code sessionName} (by default the last part of the resource's name), because {@code name} is
 * the resource's. Unknown attributes are refused. {@code closeMethod} makes Tomcat close the session when the
 * application, or the container, stops.
 *
 * <p>The session is opened, without waiting for a server, at the first lookup. A global one needs the library in
 * Tomcat's own class path; it keeps no reference to any application, whichever looked it up first.
 */
public final class ResilientSessionFactory implements ObjectFactory {
    private static final String SESSION_NAME = "sessionName";
    /** The attributes that Tomcat puts into every reference. */
    private static final List<String> OF_EVERY_RESOURCE =
            List.of("description", "scope", "auth", "singleton", "factory", "closeMethod", "type", "name");

    /** For the container. */
    public ResilientSessionFactory() {}

    /**
     * Opens a session.
     *
     * @throws NamingException when the resource is of another type or not a singleton, or an attribute is unknown or
     *     wrong; the message says which, and what would be right
     */
    @Override
    public ResilientSession getObjectInstance(
            Object reference, @Nullable Name name, @Nullable Context nameContext, @Nullable Hashtable<?, ?> environment)
            throws NamingException {
        var source = new ResourceAttributes(String.valueOf(name), getClass().getClassLoader());
        try {
            Map<String, String> attributes = attributes(reference, source);
            ResourceScope scope = ResourceScope.of(nameContext, getClass().getClassLoader());
            return scope.call(() -> open(attributes, source, scope));
        } catch (IllegalArgumentException e) {
            var refused = new NamingException("resource '" + name + "': " + e.getMessage());
            refused.initCause(e);
            throw refused;
        }
    }

    private static ResilientSession open(
            Map<String, String> attributes, ResourceAttributes source, ResourceScope scope) {
        ResilientSession.Builder builder = ResilientSession.builder().owner(scope.owner());
        SessionSettings.apply(attributes, source, builder);
        ResilientSession session = builder.build();
        // While it shuts down, Tomcat looks up even what was never used, only to close it.
        return scope.isEnding() ? session : session.start();
    }

    private static Map<String, String> attributes(Object reference, ResourceAttributes source) {
        if (!(reference instanceof Reference resource)
                || !ResilientSession.class.getName().equals(resource.getClassName())) {
            throw new IllegalArgumentException(
                    "its type must be " + ResilientSession.class.getName() + "; it is " + reference);
        }
        var attributes = new LinkedHashMap<String, String>();
        for (RefAddr address : Collections.list(resource.getAll())) {
            if (address.getContent() != null) {
                attributes.put(address.getType(), address.getContent().toString());
            }
        }
        if ("false".equals(attributes.get("singleton"))) {
            throw new IllegalArgumentException(
                    "attribute 'singleton' is 'false'; it must be true: each lookup would open another session");
        }
        attributes.keySet().removeAll(OF_EVERY_RESOURCE);
        Names.checkKnown(attributes.keySet(), names(), source);
        String sessionName = attributes.remove(SESSION_NAME);
        attributes.put("name", sessionName == null ? source.sessionName() : sessionName);
        return attributes;
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>(SessionSettings.names());
        names.set(names.indexOf("name"), SESSION_NAME);
        return names;
    }
}
