package io.perennial.internal.operation;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLBackgroundPathAndBytesable;
import org.apache.curator.framework.api.ACLPathAndBytesable;
import org.apache.curator.framework.api.BackgroundPathAndBytesable;
import org.apache.curator.framework.api.PathAndBytesable;
import org.apache.curator.framework.api.Pathable;
import org.apache.curator.framework.api.Statable;
import org.apache.curator.framework.api.Versionable;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.framework.api.transaction.TransactionOp;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;

/**
 * Curator's builders, told to leave data as they are (O11). Curator before 5.8 compresses nothing by itself, and has no
 * word for that.
 */
final class PlainData {
    private static final boolean IS_SAID = isSaid();

    private PlainData() {}

    private static boolean isSaid() {
        try {
            CuratorFrameworkFactory.builder().enableCompression();
            return true;
        } catch (NoSuchMethodError e) {
            return false;
        }
    }

    static ACLBackgroundPathAndBytesable<String> create(CuratorFramework curator, CreateMode mode, Stat stat) {
        return IS_SAID
                ? curator.create().uncompressed().storingStatIn(stat).withMode(mode)
                : curator.create().storingStatIn(stat).withMode(mode);
    }

    static Versionable<? extends BackgroundPathAndBytesable<Stat>> setData(CuratorFramework curator) {
        return IS_SAID ? curator.setData().uncompressed() : curator.setData();
    }

    static Statable<? extends Pathable<byte[]>> getData(CuratorFramework curator) {
        return IS_SAID ? curator.getData().undecompressed() : curator.getData();
    }

    static ACLPathAndBytesable<CuratorOp> create(TransactionOp operation, CreateMode mode) {
        return IS_SAID
                ? operation.create().uncompressed().withMode(mode)
                : operation.create().withMode(mode);
    }

    static Versionable<? extends PathAndBytesable<CuratorOp>> setData(TransactionOp operation) {
        return IS_SAID ? operation.setData().uncompressed() : operation.setData();
    }
}
