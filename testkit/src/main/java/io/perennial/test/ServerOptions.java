package io.perennial.test;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.server.NettyServerCnxnFactory;
import org.jspecify.annotations.Nullable;

/** The settings of servers in separate JVMs: the common part of {@code zoo.cfg} and of the command line. */
abstract class ServerOptions<B extends ServerOptions<B>> extends ServerSettings<B> {
    private final List<String> config = new ArrayList<>();
    private final List<String> jvmOptions = new ArrayList<>();
    private @Nullable TlsKeys keys;
    private @Nullable TlsKeys trusted; // null: clients show nothing
    private @Nullable Path libraries;
    private final SaslUsers users = new SaslUsers();

    /**
     * {@code jute.maxbuffer}: servers hang up on longer requests. Default: ZooKeeper's, 1,048,575.
     *
     * @param bytes the length of the longest
     * @return this
     */
    public B maxBuffer(int bytes) {
        return jvmOption("-Djute.maxbuffer=" + bytes);
    }

    /**
     * Also speaks TLS, on a separate port for each server, with these keys. The other port stays, for the kit itself.
     *
     * @param value the servers' key, valid for the names by which clients connect, usually 127.0.0.1
     * @return this
     * @see ServerProcess#secureConnectString()
     */
    public B tls(TlsKeys value) {
        keys = value;
        return self();
    }

    /**
     * {@link #tls(TlsKeys)} for clients with a certificate: others are refused.
     *
     * @param value the servers' key, which has to be valid for 127.0.0.1
     * @param clients the key whose certificate they have to show
     * @return this
     */
    public B tls(TlsKeys value, TlsKeys clients) {
        trusted = clients;
        return tls(value);
    }

    /**
     * Adds a user for SASL (DIGEST-MD5), who is {@code sasl:name} in ACLs; may be repeated. Clients that log in as
     * another user are refused, and those that do not log in are served, unless {@link #requireAuthentication()} is
     * set. Clients need {@code -Dzookeeper.fips-mode=false} for DIGEST-MD5, and a login named {@code Client}.
     *
     * @param name of the user
     * @param password of the user
     * @return this
     */
    public B saslUser(String name, String password) {
        users.add(name, password);
        return self();
    }

    /**
     * A further line of {@code zoo.cfg}.
     *
     * @param line such as {@code maxClientCnxns=2}
     * @return this
     */
    public B config(String line) {
        config.add(line);
        return self();
    }

    /**
     * A further option of the servers' JVMs. Throttling, for example, is {@code
     * -Dzookeeper.request_throttle_max_requests=1}.
     *
     * @param option as on the command line
     * @return this
     */
    public B jvmOption(String option) {
        jvmOptions.add(option);
        return self();
    }

    /**
     * Runs a release of ZooKeeper other than the one on the class path. What a release needs besides its own jars
     * (SLF4J, Logback, Netty, Snappy, Dropwizard's metrics) is taken from the class path.
     *
     * @param directory with the jars {@code zookeeper} and, from 3.5.5 on, {@code zookeeper-jute} of that release
     * @return this
     */
    public B release(Path directory) {
        libraries = directory;
        return self();
    }

    /** The common lines of {@code zoo.cfg} for a server with these ports. */
    String configFile(Path data, int port, int securePort) {
        List<String> lines = new ArrayList<>(List.of(
                "tickTime=" + tickMillis(),
                "minSessionTimeout=" + minSessionMillis(),
                "maxSessionTimeout=" + maxSessionMillis(),
                "dataDir=" + data,
                "clientPort=" + port,
                "clientPortAddress=" + Ports.HOST,
                "maxClientCnxns=0"));
        if (keys != null) {
            lines.addAll(tlsLines(keys, trusted, securePort));
        }
        lines.addAll(users.configLines());
        lines.addAll(config);
        return String.join("\n", lines) + "\n";
    }

    /** The common part of the command line for a server with this directory. */
    List<String> jvmOptions(ServerFiles files) {
        List<String> all = new ArrayList<>(users.jvmOptions(files));
        if (isAuthenticationRequired()) {
            all.addAll(RequiredAuthentication.jvmOptions(users.schemes()));
        }
        all.addAll(jvmOptions);
        return all;
    }

    boolean isSecure() {
        return keys != null;
    }

    String classPath() {
        return libraries == null ? ChildJvm.OWN_CLASS_PATH : ClassPaths.ofRelease(libraries);
    }

    private static List<String> tlsLines(TlsKeys keys, @Nullable TlsKeys clients, int port) {
        return List.of(
                "secureClientPort=" + port,
                "secureClientPortAddress=" + Ports.HOST,
                "serverCnxnFactory=" + NettyServerCnxnFactory.class.getName(),
                "ssl.keyStore.location=" + keys.keyStore(),
                "ssl.keyStore.password=" + TlsKeys.PASSWORD,
                "ssl.trustStore.location=" + (clients == null ? keys : clients).trustStore(),
                "ssl.trustStore.password=" + TlsKeys.PASSWORD,
                "ssl.clientAuth=" + (clients == null ? "none" : "need"),
                "ssl.clientHostnameVerification=false");
    }
}
