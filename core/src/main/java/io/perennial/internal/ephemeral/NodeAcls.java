package io.perennial.internal.ephemeral;

import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * The ACLs of a node and of the parents that it may need, requested when the node is registered: the provider is the
 * user's code, and the event loop runs none.
 *
 * @param node the node's own
 * @param parents one for each of {@link ServerPaths#ancestors}
 */
record NodeAcls(List<ACL> node, List<List<ACL>> parents) {

    /**
     * The spec's ACL applies to the node and its parents, but not to those of the namespace, which others share.
     *
     * @param serverPath the node's path, namespace included
     * @param namespaceLength how many characters of it are the namespace
     */
    static NodeAcls of(@Nullable List<ACL> fromSpec, String serverPath, int namespaceLength, ACLProvider provider) {
        List<ACL> own = nullTolerant(fromSpec != null ? fromSpec : provided(provider, serverPath));
        var parents = new ArrayList<List<ACL>>();
        for (String parent : ServerPaths.ancestors(serverPath)) {
            boolean shared = parent.length() <= namespaceLength;
            List<ACL> acl = fromSpec == null || shared ? provided(provider, parent) : fromSpec;
            parents.add(acl.equals(own) ? own : nullTolerant(acl));
        }
        return new NodeAcls(own, List.copyOf(parents));
    }

    /** ZooKeeper's client asks the list whether it contains null, at which the lists of {@code List.of} throw. */
    private static List<ACL> nullTolerant(List<ACL> acl) {
        return acl == ZooDefs.Ids.OPEN_ACL_UNSAFE ? acl : new ArrayList<>(acl);
    }

    private static List<ACL> provided(ACLProvider provider, String path) {
        List<ACL> acl = provider.getAclForPath(path);
        return acl != null ? acl : provider.getDefaultAcl();
    }

    /** How many bytes the node's own ACL takes in a request. */
    int bytes() {
        int bytes = 4;
        for (ACL acl : node) {
            bytes += 12
                    + 3 * acl.getId().getScheme().length()
                    + 3 * acl.getId().getId().length();
        }
        return bytes;
    }
}
