package io.perennial.spring.boot;

import io.perennial.ephemeral.EphemeralSpec;
import org.jspecify.annotations.Nullable;

/** An ephemeral node to publish. */
class NodeProperties {
    /**
     * Absolute path below the namespace. Placeholders are resolved when it is published, so that
     * ${local.server.port} is known.
     */
    private @Nullable String path;

    /**
     * Data as text, in UTF-8; placeholders as in the path.
     */
    private String data = "";

    /**
     * Whether ZooKeeper adds a number to the name.
     */
    private boolean sequential;

    /**
     * Whether missing parents are made as container nodes.
     */
    private boolean containerParents;

    /**
     * What to do when another session holds the node.
     */
    private EphemeralSpec.OnConflict onConflict = EphemeralSpec.OnConflict.WAIT;

    public @Nullable String getPath() {
        return path;
    }

    public void setPath(@Nullable String path) {
        this.path = path;
    }

    public String getData() {
        return data;
    }

    public void setData(String data) {
        this.data = data;
    }

    public boolean isSequential() {
        return sequential;
    }

    public void setSequential(boolean sequential) {
        this.sequential = sequential;
    }

    public boolean isContainerParents() {
        return containerParents;
    }

    public void setContainerParents(boolean containerParents) {
        this.containerParents = containerParents;
    }

    public EphemeralSpec.OnConflict getOnConflict() {
        return onConflict;
    }

    public void setOnConflict(EphemeralSpec.OnConflict onConflict) {
        this.onConflict = onConflict;
    }
}
