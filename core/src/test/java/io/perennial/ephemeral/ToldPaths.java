package io.perennial.ephemeral;

import io.perennial.protocol.RequestKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a played session was told of paths on one handle, as far as its loop has come. */
final class ToldPaths {
    private final PlayedSession session;
    private final Map<String, Told> told = new HashMap<>();
    /** In which turn of the loop. */
    private final Map<String, Long> turns = new HashMap<>();
    /** A change of these would have been told. */
    private final Set<String> watched = new HashSet<>();
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

    void tellWatched(String path, boolean isWatched) {
        session.loop().execute(() -> {
            if (isWatched) {
                watched.add(path);
            } else {
                watched.remove(path);
            }
        });
    }

    void tellAbsent(String path, long when) {
        absent.put(path, when);
    }

    /** When the session was told last that there is nothing at the path, or 0. */
    long absentSince(String path) {
        return absent.getOrDefault(path, 0L);
    }

    /**
     * What may be gone by when a request is made: what is told in this turn of the loop, or of what is watched. A creation
     * waits in the library, for its batch.
     */
    Map<String, Told> sound(RequestKind kind, List<String> writes) {
        var sound = new HashMap<String, Told>();
        for (String path : writes) {
            Told last = told.get(path);
            boolean isNews = turns.getOrDefault(path, -1L) == session.turn();
            if (last != null && (isNews || watched.contains(path) || kind == RequestKind.CREATE)) {
                sound.put(path, last);
            }
        }
        return sound;
    }

    /** Of these paths it would have been told if anything had changed until then. */
    void keep(Set<String> stillWatched, long zxid) {
        watched.retainAll(stillWatched);
        told.keySet().retainAll(stillWatched);
        told.replaceAll((path, known) -> new Told(zxid, known.ours(), known.version()));
    }

    void clear() {
        watched.clear();
        told.clear();
    }
}
