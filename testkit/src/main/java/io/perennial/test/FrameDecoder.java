package io.perennial.test;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts a stream into ZooKeeper's frames: four bytes of length, then the body. A stream that does not start like that,
 * such as TLS or a four-letter word, passes in pieces as it comes.
 */
final class FrameDecoder {
    private static final int HEADER = 4;
    private static final int LONGEST = 64 << 20;

    private byte[] pending = new byte[0];
    private boolean unframed;

    /** Takes in what was read and hands out the frames that it completes, length included. */
    void decode(ByteBuffer input, Consumer<byte[]> frames) {
        int kept = pending.length;
        pending = Arrays.copyOf(pending, kept + input.remaining());
        input.get(pending, kept, pending.length - kept);
        int from = 0;
        for (int length = next(from); length > 0; length = next(from)) {
            frames.accept(Arrays.copyOfRange(pending, from, from + length));
            from += length;
        }
        pending = Arrays.copyOfRange(pending, from, pending.length);
    }

    /** Whether this stream turned out not to be ZooKeeper's protocol. */
    boolean isUnframed() {
        return unframed;
    }

    /** The length of the frame that starts at {@code from}, 0 when it is incomplete. */
    private int next(int from) {
        int available = pending.length - from;
        if (unframed || available < HEADER) {
            return unframed ? available : 0;
        }
        int body = ByteBuffer.wrap(pending).getInt(from);
        if (body < 0 || body > LONGEST) {
            unframed = true;
            return available;
        }
        return available < HEADER + body ? 0 : HEADER + body;
    }
}
