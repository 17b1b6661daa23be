package io.perennial.internal.handle;

import org.apache.zookeeper.KeeperException;

/** ZooKeeper's own exception for what a server does not take, which says what that is and what to do. */
final class UnsupportedByServerException extends KeeperException.UnimplementedException {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    UnsupportedByServerException(String sentence) {
        this.sentence = sentence;
    }

    @Override
    public String getMessage() {
        return sentence;
    }
}
