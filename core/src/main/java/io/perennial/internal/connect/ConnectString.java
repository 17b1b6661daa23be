package io.perennial.internal.connect;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.zookeeper.common.PathUtils;

/**
 * A parsed and checked connect string. ZooKeeper's own parser accepts much that can never connect (empty hosts, port 0,
 * port 99999 only when it resolves), and would report that in a background thread.
 *
 * @param text as given
 * @param servers at least one
 * @param chroot empty, or an absolute path
 */
public record ConnectString(String text, List<Endpoint> servers, String chroot) {
    /** An ensemble provider may know it only once it has started. */
    public static final ConnectString UNKNOWN = new ConnectString("", List.of(), "");

    private static final int DEFAULT_PORT = 2181;
    private static final String FORM = "; the form is host:port[,host:port...][/chroot]";

    /**
     * Parses.
     *
     * @param text the connect string
     * @return its parts
     * @throws IllegalArgumentException when it cannot be parsed: names the part at fault
     */
    public static ConnectString parse(String text) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("connectString is " + (text == null ? "null" : "empty") + FORM);
        }
        try {
            return parts(text);
        } catch (IllegalArgumentException e) {
            throw mayHaveSecrets(text) ? withoutSecrets(text) : e;
        }
    }

    private static ConnectString parts(String text) {
        int scheme = text.indexOf("://");
        if (scheme >= 0) {
            throw new IllegalArgumentException("connectString '" + text + "' begins with '"
                    + text.substring(0, scheme + 3) + "'; leave that out" + FORM);
        }
        int slash = text.indexOf('/');
        String hosts = slash < 0 ? text : text.substring(0, slash);
        String chroot = slash < 0 ? "" : chroot(text, text.substring(slash));
        var servers = new ArrayList<Endpoint>();
        for (String server : hosts.split(",", -1)) {
            servers.add(endpoint(text, server.strip()));
        }
        return new ConnectString(text, List.copyOf(servers), chroot);
    }

    /**
     * Whether the text may have credentials before its servers, or parameters after them, as other systems accept.
     */
    private static boolean mayHaveSecrets(String text) {
        return text.indexOf('@') >= 0 || text.indexOf('?') >= 0;
    }

    /** Without the cause, whose message contains parts of the text. */
    private static IllegalArgumentException withoutSecrets(String text) {
        String shown = text.replaceFirst("(?s)^.*@", "***@").replaceFirst("(?s)[?].*$", "?***");
        return new IllegalArgumentException("connectString '" + shown + "' is wrong (what may be a secret is not shown)"
                + FORM + "; credentials are given by authorization(...) or clientConfig(...)");
    }

    /** The same servers, under that chroot. */
    ConnectString under(String otherChroot) {
        return chroot.equals(otherChroot) ? this : new ConnectString(hosts() + otherChroot, servers, otherChroot);
    }

    /**
     * The same for ZooKeeper's own parser, which is stricter with blanks and with digits that are not ASCII.
     *
     * @return every server with its port
     */
    public String forClient() {
        return hosts() + chroot;
    }

    private String hosts() {
        return servers.stream().map(Endpoint::toString).collect(Collectors.joining(","));
    }

    private static String chroot(String text, String chroot) {
        if (chroot.length() == 1) {
            return "";
        }
        try {
            PathUtils.validatePath(chroot);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "connectString '" + text + "': the chroot '" + chroot + "' is not a valid path: " + e.getMessage()
                            + FORM,
                    e);
        }
        return chroot;
    }

    private static Endpoint endpoint(String text, String server) {
        int colon = server.startsWith("[") ? server.indexOf(':', server.indexOf(']') + 1) : server.lastIndexOf(':');
        String host = colon < 0 ? server : server.substring(0, colon);
        boolean bareIpv6 = !server.startsWith("[") && server.indexOf(':') != colon;
        if (bareIpv6 || (server.startsWith("[") && !host.endsWith("]"))) {
            throw new IllegalArgumentException("connectString '" + text + "': '" + server
                    + "' is ambiguous; put an IPv6 address into brackets, such as [::1]:2181");
        }
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || host.chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException(
                    "connectString '" + text + "': a host name is missing or has blanks in '" + server + "'" + FORM);
        }
        if (host.chars().anyMatch(ConnectString::isInNoHost)) {
            throw new IllegalArgumentException(
                    "connectString '" + text + "': '" + server + "' has a sign that is in no host name" + FORM);
        }
        return new Endpoint(host, colon < 0 ? DEFAULT_PORT : port(text, server, server.substring(colon + 1)));
    }

    private static boolean isInNoHost(int sign) {
        return Character.isISOControl(sign) || "@?#[]".indexOf(sign) >= 0;
    }

    private static int port(String text, String server, String digits) {
        int port;
        try {
            port = Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "connectString '" + text + "': the port '" + digits + "' in '" + server + "' is not a number"
                            + FORM,
                    e);
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "connectString '" + text + "': the port " + port + " in '" + server + "' is not 1 to 65535");
        }
        return port;
    }
}
