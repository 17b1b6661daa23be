package io.perennial.internal.watch;

import org.apache.zookeeper.data.Stat;

/** Stats with the zxids that matter. */
final class StatBuilder {
    private StatBuilder() {}

    static Stat stat(long czxid, long mzxid) {
        return stat(czxid, mzxid, czxid);
    }

    static Stat stat(long czxid, long mzxid, long pzxid) {
        Stat stat = new Stat();
        stat.setCzxid(czxid);
        stat.setMzxid(mzxid);
        stat.setPzxid(pzxid);
        return stat;
    }
}
