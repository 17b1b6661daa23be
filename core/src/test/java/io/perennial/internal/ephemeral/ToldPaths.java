package io.perennial.internal.ephemeral;

import io.perennial.internal.protocol.RequestKind;
import io.perennial.internal.request.Reply;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/** What a played session was told of paths on one handle, as far as its loop has come. */
final class ToldPaths {
    private final PlayedSession session;
    private final Map<String, Told> told = new HashMap<>();
    /** In which turn of the loop. */
    private final Map<String, Long> turns = new HashMap<>();
    /** A change of these would have been told. */
    private final Set<String> watched = new HashSet<>();
    /** A watch was asked for in the turn in which it was told, and is not answered. */
    private final Set<String> asked = new HashSet<>();
    /** When it was told last that there is nothing. */
    private final Map<String, Long> absent = new HashMap<>();

    ToldPaths(PlayedSession session) {
        this.session = session;
    }

    void tell(String path, Told what) {
        session.loop().execute(() -> {
            told.put(path, what);
            turns.put(path, session.turn());
        });
    }

    /** What a reply says of a path. */
    void tell(String path, Reply reply, long zxid, long when) {
        if (reply.code() == Code.NONODE) {
            tellAbsent(path, when);
        }
        if (reply.ok() || reply.code() == Code.NONODE) {
            Stat stat = reply.stat();
            boolean ours = stat != null && session.owns(stat.getEphemeralOwner());
            tell(path, new Told(zxid, ours, stat == null ? Told.UNKNOWN_VERSION : stat.getVersion()));
        }
    }

    void tellWatched(String path, boolean isWatched) {
        session.loop().execute(() -> {
            if (isWatched) {
                watched.add(path);
            } else {
                watched.remove(path);
            }
        });
    }

    /** A watch is asked for. */
    void ask(String path) {
        if (isNews(path)) {
            asked.add(path);
        }
    }

    /** The answer to that is here. */
    void tellAnswered(String path) {
        session.loop().execute(() -> asked.remove(path));
    }

    void tellAbsent(String path, long when) {
        absent.put(path, when);
    }

    /** When the session was told last that there is nothing at the path, or 0. */
    long absentSince(String path) {
        return absent.getOrDefault(path, 0L);
    }

    /**
     * What may be gone by when a request is made: what is told in this turn of the loop, or of what is watched. A
     * creation waits in the library, for its batch. An update may follow another before the watch is set again that the
     * first one used up: a version above 0 is a condition that makes up for that.
     */
    Map<String, Told> sound(RequestKind kind, List<String> writes) {
        var sound = new HashMap<String, Told>();
        for (String path : writes) {
            Told last = told.get(path);
            if (last != null && (isNews(path) || watched.contains(path) || kind == RequestKind.CREATE)) {
                sound.put(path, last);
            } else if (last != null && kind == RequestKind.SET_DATA && last.version() > 0 && asked.contains(path)) {
                sound.put(path, last);
            }
        }
        return sound;
    }

    private boolean isNews(String path) {
        return turns.getOrDefault(path, -1L) == session.turn();
    }

    /** Of these paths it would have been told if anything had changed until then. */
    void keep(Set<String> stillWatched, long zxid) {
        asked.clear();
        watched.retainAll(stillWatched);
        told.keySet().retainAll(stillWatched);
        told.replaceAll((path, known) -> new Told(zxid, known.ours(), known.version()));
    }

    void clear() {
        asked.clear();
        watched.clear();
        told.clear();
    }
}
