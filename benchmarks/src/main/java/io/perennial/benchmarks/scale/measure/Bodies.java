package io.perennial.benchmarks.scale.measure;

import java.util.ArrayList;
import java.util.List;
import org.apache.jute.Record;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.MultiOperationRecord;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.proto.CreateRequest;
import org.apache.zookeeper.proto.ExistsRequest;
import org.apache.zookeeper.proto.GetDataRequest;
import org.apache.zookeeper.proto.SetDataRequest;
import org.apache.zookeeper.proto.SetWatches;
import org.apache.zookeeper.proto.SyncRequest;

/** The requests that are measured. */
final class Bodies {
    static final int PING = OpCode.ping;
    static final int SYNC = OpCode.sync;
    static final int EXISTS = OpCode.exists;
    static final int GET_DATA = OpCode.getData;
    static final int SET_DATA = OpCode.setData;
    static final int CREATE = OpCode.create;
    static final int MULTI = OpCode.multi;
    static final int SET_WATCHES = OpCode.setWatches;
    static final int CLOSE = OpCode.closeSession;

    private Bodies() {}

    static Record sync(String path) {
        return new SyncRequest(path);
    }

    static Record read(String path, boolean watch) {
        return new GetDataRequest(path, watch);
    }

    static Record exists(String path) {
        return new ExistsRequest(path, true);
    }

    static Record write(String path) {
        return new SetDataRequest(path, new byte[32], -1);
    }

    static Record create(String path, int bytes, boolean ephemeral) {
        return new CreateRequest(path, new byte[bytes], Ids.OPEN_ACL_UNSAFE, ephemeral ? 1 : 0);
    }

    static Record creates(String prefix, int count) {
        List<Op> creates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            creates.add(Op.create(prefix + i, new byte[32], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL));
        }
        return new MultiOperationRecord(creates);
    }

    /** Data watches that are already at the newest state, so that each is armed. */
    static Record setWatches(String prefix, int count) {
        List<String> paths = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            paths.add(prefix + i);
        }
        return new SetWatches(Long.MAX_VALUE, paths, List.of(), List.of());
    }
}
