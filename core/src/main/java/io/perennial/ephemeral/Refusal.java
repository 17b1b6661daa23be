package io.perennial.ephemeral;

import org.apache.zookeeper.KeeperException.Code;

/** What to tell a person about a server's refusal. */
final class Refusal {
    private Refusal() {}

    static String remedy(Code code) {
        return switch (code) {
            case NOAUTH -> "give the session an authorization, or change the ACL of the parent";
            case INVALIDACL -> "correct the ACL; one that names the creator needs an authorization";
            case NOCHILDRENFOREPHEMERALS -> "choose another path: the parent is itself ephemeral";
            case BADARGUMENTS -> "choose another path: the server takes this one for reserved or malformed";
            case QUOTAEXCEEDED -> "raise the quota of the subtree, or use less of it";
            case NONODE -> "check that the connect string's chroot exists, and who deletes the parent";
            default -> "see the server's log";
        };
    }

    /** Whether the server said no, as opposed to having failed somewhere on the way: then the outcome is not known. */
    static boolean isDefinite(Code code) {
        return code.intValue() <= Code.APIERROR.intValue();
    }
}
