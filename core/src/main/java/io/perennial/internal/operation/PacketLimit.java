package io.perennial.internal.operation;

import io.perennial.operation.Write;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Whether writes fit into one request. A larger one makes the server hang up without an answer, and repeating it does
 * so again (C4). Nodes have the same limit, see {@code io.perennial.internal.ephemeral.ServerLimits}.
 */
final class PacketLimit {
    /** Room for the header, and for what a session's namespace and chroot add to a few paths. */
    private static final int HEADROOM = 1024;
    /** What an operation takes besides path and data: lengths, flags, an ordinary ACL. */
    private static final int BYTES_PER_OPERATION = 100;

    private static final int MOST_BYTES_PER_CHARACTER = 3;

    private PacketLimit() {}

    /**
     * Checks before anything is sent.
     *
     * @throws IllegalArgumentException when they are certainly too long for a server with the client's limit
     */
    static void check(List<Write> writes, int maxPacket) {
        if (size(writes, path -> MOST_BYTES_PER_CHARACTER * path.length()) <= maxPacket) {
            return;
        }
        long bytes = size(writes, path -> path.getBytes(StandardCharsets.UTF_8).length);
        if (bytes > maxPacket) {
            throw new IllegalArgumentException((writes.size() == 1 ? writes.get(0) : writes.size() + " writes")
                    + " would take " + bytes + " bytes in one request, and jute.maxbuffer is " + maxPacket
                    + ": store less, spread it over several transactions, or raise jute.maxbuffer on all servers and"
                    + " on this client; nothing was sent");
        }
    }

    private static long size(List<Write> writes, PathSize pathSize) {
        long bytes = HEADROOM;
        for (Write write : writes) {
            bytes += BYTES_PER_OPERATION + pathSize.of(write.path()) + write.dataLength();
        }
        return bytes;
    }

    private interface PathSize {
        int of(String path);
    }
}
