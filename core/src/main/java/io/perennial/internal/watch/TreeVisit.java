package io.perennial.internal.watch;

/**
 * The reads of one node of a tree that are under way: of its stat, of its children's names, or both. Where the server
 * has no watch for whole trees, each read arms a watch that fires once: that of the stat for the node's data, coming
 * and going, that of the names for its children. A watch that fires while its read is under way needs no other read:
 * events and answers come in the server's order, so the read is answered, and arms, after the change. Confined to the
 * event loop.
 */
final class TreeVisit {
    final String path;
    /** Part of reading the whole tree: continues with all children, not only with unknown ones. */
    boolean sweeping;
    /** The stat is being read, or will be once more. */
    boolean looking;
    /** The names are being read, or will be once more. */
    boolean listing;

    private int olderLooks;
    private int olderLists;

    TreeVisit(String path, boolean sweeping) {
        this.path = path;
        this.sweeping = sweeping;
    }

    boolean isOver() {
        return !looking && !listing;
    }

    /** A look has returned an older state than is known: how often that has happened; 0 when it is to be believed. */
    int olderLook() {
        olderLooks++;
        return olderLooks > StaleReadRetry.MAX_READS ? 0 : olderLooks;
    }

    /** The same of a list. */
    int olderList() {
        olderLists++;
        return olderLists > StaleReadRetry.MAX_READS ? 0 : olderLists;
    }
}
