package io.perennial.tomcat.incident;

import io.perennial.tomcat.incident.Row.Backend;
import io.perennial.tomcat.incident.Row.Client;
import io.perennial.tomcat.incident.Row.History;
import io.perennial.tomcat.incident.Row.ServerState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which applications the incident has.
 *
 * <p>Each way to end meets each state of the server once. History, backend and client turn in steps of their own along
 * both, so that any two values meet somewhere (a test counts them; clients and ways only where they go together), each
 * history and each backend in every way to end, and with each other five times or more.
 *
 * <p>That is the whole. A run may play each way once, the state of the server turning along the ways.
 */
final class Matrix {
    private static final boolean EACH_WAY_ONCE = Boolean.getBoolean("incident.each-way-once");

    private Matrix() {}

    /** The applications of this run. */
    static List<Row> played() {
        return Stream.of(ServerState.values())
                .flatMap(server -> played(server).stream())
                .toList();
    }

    static List<Row> played(ServerState server) {
        return rows(server).stream()
                .filter(row -> !EACH_WAY_ONCE || row.way().ordinal() % ServerState.values().length == server.ordinal())
                .toList();
    }

    static List<Row> rows() {
        return Stream.of(ServerState.values())
                .flatMap(server -> rows(server).stream())
                .toList();
    }

    static List<Row> rows(ServerState server) {
        List<Row> rows = new ArrayList<>();
        int s = server.ordinal();
        for (Way way : Way.values()) {
            int w = way.ordinal();
            List<Client> clients = way.clients();
            rows.add(new Row(
                    way,
                    server,
                    clients.get((w / 3 + s) % clients.size()),
                    History.values()[(w + s) % 3],
                    Backend.values()[(w + 2 * s) % 3]));
        }
        return rows;
    }

    /** Without the library. */
    static List<Row> controls() {
        return List.of(
                control(Way.LISTENER_THROWS_AFTER, Client.RAW, Backend.LOGBACK),
                control(Way.SPRINGS_BEAN_FAILS_IN_AFTER_PROPERTIES_SET, Client.RAW, Backend.LOG4J2),
                control(Way.UNDEPLOY, Client.RAW, Backend.JUL),
                control(Way.UNDEPLOY_OF_STATIC_FIELD, Client.RAW, Backend.LOGBACK),
                control(Way.RELOAD, Client.RAW, Backend.JUL),
                control(Way.STOP_OF_TOMCAT, Client.CURATOR, Backend.LOGBACK),
                control(Way.INITIALIZER_THROWS, Client.RAW, Backend.LOGBACK),
                control(Way.BOOT_FAILS, Client.CURATOR, Backend.LOG4J2));
    }

    private static Row control(Way way, Client client, Backend backend) {
        return new Row(way, ServerState.ALIVE, client, History.USED, backend);
    }
}
