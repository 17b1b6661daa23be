package io.perennial.internal.ephemeral;

import org.apache.zookeeper.KeeperException.Code;

/** What to tell a person about a server's refusal. */
final class ErrorAdvice {
    private ErrorAdvice() {}

    static String remedy(Code code) {
        return switch (code) {
            case BADVERSION -> "another client changes it between each look and the write after it: find out which one";
            case NOAUTH -> "give the session an authorization, or change the ACL of the parent";
            case INVALIDACL -> "correct the ACL; one that names the creator needs an authorization or a SASL login";
            case NOCHILDRENFOREPHEMERALS -> "choose another path: the parent is itself ephemeral";
            case BADARGUMENTS -> "choose another path: the server takes this one for reserved or malformed";
            case QUOTAEXCEEDED -> "raise the quota of the subtree, or use less of it";
            case NONODE -> "check that the connect string's chroot exists, and who deletes the parent";
            case CONNECTIONLOSS ->
                "the connection breaks whenever this is sent; is it longer than the servers' jute.maxbuffer (1,048,575"
                        + " unless set)? It is left out and tried again alone, more and more rarely";
            case UNIMPLEMENTED ->
                "containers came with ZooKeeper 3.5.3, and the server is older: upgrade the servers, or do without"
                        + " containerParents";
            default -> "see the server's log";
        };
    }

    /**
     * Whether the server itself refused, as opposed to a failure somewhere on the way: then the outcome is not known. A
     * lost connection is given as the refusal of a request that was not sent at all ({@link
     * io.perennial.internal.protocol.Quarantine}).
     */
    static boolean isDefinite(Code code) {
        return code.intValue() <= Code.APIERROR.intValue() || code == Code.CONNECTIONLOSS || code == Code.UNIMPLEMENTED;
    }
}
