package io.perennial.spring.boot;

import io.perennial.ClampPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.unit.DataSize;

/** The properties of one session. */
class SessionProperties {

    /**
     * ZooKeeper servers as host:port[,host:port...][/chroot]. Falls back to
     * spring.cloud.zookeeper.connect-string.
     */
    private @Nullable String connectString;

    /**
     * Session timeout to ask for; the server may grant another. Falls back to
     * spring.cloud.zookeeper.session-timeout.
     */
    private Duration sessionTimeout = Duration.ofSeconds(30);

    /**
     * Time to connect to one server. Falls back to spring.cloud.zookeeper.connection-timeout.
     */
    private Duration connectTimeout = Duration.ofSeconds(10);

    /**
     * How long closing may take in total.
     */
    private Duration closeTimeout = Duration.ofSeconds(5);

    /**
     * How long a call of the session's operations may take, with all its retries.
     */
    private Duration operationTimeout = Duration.ofSeconds(30);

    /**
     * Path to which all other paths are relative, without the chroot.
     */
    private @Nullable String namespace;

    /**
     * Credentials, each as scheme:auth, for example digest:user:password.
     */
    private List<String> authorizations = new ArrayList<>();

    /**
     * What to do when the server grants another session timeout than the one asked for.
     */
    private ClampPolicy onTimeoutClamped = ClampPolicy.WARN;

    /**
     * How long it may take the servers' leader to learn that another server has heard of the session: half of the
     * servers' tickTime. By default a quarter of the shortest timeout granted.
     */
    private @Nullable Duration leaseMargin;

    /**
     * Whether to attach to a server without quorum, for reading.
     */
    private boolean readOnlyAllowed;

    /**
     * Whether a session that had to be taken for lost is taken over again, if the servers still have it; if false, each
     * loss leads to a new session, as with plain Curator.
     */
    private boolean resume = true;

    /**
     * The servers' jute.maxbuffer, if an operator has changed it; the client's own is a property of perennial.client.
     * By default 1,048,575 bytes, the servers' own default.
     */
    private @Nullable DataSize serverMaxBuffer;

    /**
     * Whether the application's start waits until the session is connected, and fails if that takes longer than the
     * fail-fast timeout.
     */
    private boolean failFast;

    /**
     * How long a fail-fast start waits for the session, however many servers it tries.
     */
    private Duration failFastTimeout = Duration.ofSeconds(15);

    /**
     * Properties of the ZooKeeper client itself, by their full names, for example zookeeper.sasl.client.
     */
    private Map<String, String> client = new LinkedHashMap<>();

    @NestedConfigurationProperty
    private final RestoreProperties restore = new RestoreProperties();

    @NestedConfigurationProperty
    private final SslProperties ssl = new SslProperties();

    /**
     * Ephemeral nodes to publish once the web server, if any, takes requests.
     */
    private List<NodeProperties> nodes = new ArrayList<>();

    public @Nullable String getConnectString() {
        return connectString;
    }

    public void setConnectString(@Nullable String connectString) {
        this.connectString = connectString;
    }

    public Duration getSessionTimeout() {
        return sessionTimeout;
    }

    public void setSessionTimeout(Duration sessionTimeout) {
        this.sessionTimeout = sessionTimeout;
    }

    public Duration getConnectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public Duration getCloseTimeout() {
        return closeTimeout;
    }

    public void setCloseTimeout(Duration closeTimeout) {
        this.closeTimeout = closeTimeout;
    }

    public Duration getOperationTimeout() {
        return operationTimeout;
    }

    public void setOperationTimeout(Duration operationTimeout) {
        this.operationTimeout = operationTimeout;
    }

    public @Nullable String getNamespace() {
        return namespace;
    }

    public void setNamespace(@Nullable String namespace) {
        this.namespace = namespace;
    }

    public List<String> getAuthorizations() {
        return authorizations;
    }

    public void setAuthorizations(List<String> authorizations) {
        this.authorizations = authorizations;
    }

    public ClampPolicy getOnTimeoutClamped() {
        return onTimeoutClamped;
    }

    public void setOnTimeoutClamped(ClampPolicy onTimeoutClamped) {
        this.onTimeoutClamped = onTimeoutClamped;
    }

    public @Nullable Duration getLeaseMargin() {
        return leaseMargin;
    }

    public void setLeaseMargin(@Nullable Duration leaseMargin) {
        this.leaseMargin = leaseMargin;
    }

    public boolean isReadOnlyAllowed() {
        return readOnlyAllowed;
    }

    public void setReadOnlyAllowed(boolean readOnlyAllowed) {
        this.readOnlyAllowed = readOnlyAllowed;
    }

    public boolean isResume() {
        return resume;
    }

    public void setResume(boolean resume) {
        this.resume = resume;
    }

    public @Nullable DataSize getServerMaxBuffer() {
        return serverMaxBuffer;
    }

    public void setServerMaxBuffer(@Nullable DataSize serverMaxBuffer) {
        this.serverMaxBuffer = serverMaxBuffer;
    }

    public boolean isFailFast() {
        return failFast;
    }

    public void setFailFast(boolean failFast) {
        this.failFast = failFast;
    }

    public Duration getFailFastTimeout() {
        return failFastTimeout;
    }

    public void setFailFastTimeout(Duration failFastTimeout) {
        this.failFastTimeout = failFastTimeout;
    }

    public Map<String, String> getClient() {
        return client;
    }

    public void setClient(Map<String, String> client) {
        this.client = client;
    }

    public RestoreProperties getRestore() {
        return restore;
    }

    public SslProperties getSsl() {
        return ssl;
    }

    public List<NodeProperties> getNodes() {
        return nodes;
    }

    public void setNodes(List<NodeProperties> nodes) {
        this.nodes = nodes;
    }
}
