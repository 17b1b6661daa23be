package org.apache.zookeeper;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.apache.zookeeper.AsyncCallback.Create2Callback;
import org.apache.zookeeper.AsyncCallback.MultiCallback;
import org.apache.zookeeper.AsyncCallback.StatCallback;
import org.apache.zookeeper.AsyncCallback.StringCallback;
import org.apache.zookeeper.AsyncCallback.VoidCallback;
import org.apache.zookeeper.ClientCnxn.Packet;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/**
 * What a client without a session would send, which a test answers. In this package because only a class here knows
 * the client's queue.
 */
public final class QueuedRequests {
    private final ZooKeeper client;
    private final Deque<?> queue;

    public QueuedRequests(ZooKeeper client) {
        this.client = client;
        try {
            Field field = ClientCnxn.class.getDeclaredField("outgoingQueue");
            field.setAccessible(true);
            this.queue = (Deque<?>) field.get(client.cnxn);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private List<Packet> packets() {
        List<Packet> packets = new ArrayList<>();
        for (Object queued : queue) {
            Packet packet = (Packet) queued;
            if (packet.requestHeader != null) {
                packets.add(packet);
            }
        }
        return packets;
    }

    /** The op codes, in the order of sending. */
    public List<Integer> types() {
        return packets().stream().map(packet -> packet.requestHeader.getType()).toList();
    }

    /** Answers the first; name and stat as far as its answer has them. */
    public void answer(Code code, String name, Stat stat) {
        Packet packet = packets().get(0);
        queue.remove(packet);
        int rc = code.intValue();
        Object callback = Objects.requireNonNull(packet.cb, client::toString);
        if (callback instanceof Create2Callback created) {
            created.processResult(rc, packet.clientPath, packet.ctx, name, stat);
        } else if (callback instanceof StringCallback created) {
            created.processResult(rc, packet.clientPath, packet.ctx, name);
        } else if (callback instanceof StatCallback found) {
            found.processResult(rc, packet.clientPath, packet.ctx, stat);
        } else if (callback instanceof MultiCallback done) {
            done.processResult(rc, packet.clientPath, packet.ctx, null);
        } else {
            ((VoidCallback) callback).processResult(rc, packet.clientPath, packet.ctx);
        }
    }
}
