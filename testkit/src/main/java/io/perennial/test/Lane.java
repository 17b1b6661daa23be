package io.perennial.test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * One direction of a {@link ProxyConnection}: frames that were read on one side and are not yet written on the other.
 * Reads everything that comes, however long the writing is held up, so that the end of a stream is noticed at once.
 */
final class Lane {
    private static final int SHORTEST_HEADED = 12;

    /** A frame, length included; {@code kind} says whether a header with an xid follows the length. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Frame(byte[] bytes, Kind kind, long dueNanos) {}

    enum Kind {
        HANDSHAKE,
        HEADED,
        UNKNOWN
    }

    private final FrameDecoder decoder = new FrameDecoder();
    private final Deque<Frame> frames = new ArrayDeque<>();
    private final ByteBuffer input;
    private ByteBuffer output = ByteBuffer.allocate(0); // what is left of the frame being written
    private boolean started;
    private boolean ended;

    Lane(ByteBuffer input) {
        this.input = input;
    }

    /** Reads what has come; {@code arriving} sees each frame and says whether it is forwarded. */
    void read(SocketChannel from, ToLongFunction<Kind> delayNanos, Predicate<Frame> arriving) {
        try {
            int count = from.read(input.clear());
            ended = count < 0;
        } catch (IOException reset) {
            input.clear();
            ended = true;
        }
        decoder.decode(input.flip(), bytes -> {
            Kind kind = kindOf(bytes);
            Frame frame = new Frame(bytes, kind, System.nanoTime() + delayNanos.applyAsLong(kind));
            if (arriving.test(frame)) {
                frames.add(frame);
            }
        });
    }

    /** Writes what is due; {@code leaving} may stop a frame before that, {@code left} sees it when it is written. */
    void write(SocketChannel to, Predicate<Frame> leaving, Consumer<Frame> left) throws IOException {
        while (nanosToNext() <= 0) {
            Frame frame = frames.element();
            if (!isBlocked()) {
                if (!leaving.test(frame)) {
                    return;
                }
                output = ByteBuffer.wrap(frame.bytes());
            }
            to.write(output);
            if (isBlocked()) {
                return;
            }
            frames.remove();
            left.accept(frame);
        }
    }

    /** Whether a frame is half written because the receiver does not take more. */
    boolean isBlocked() {
        return output.hasRemaining();
    }

    /** Whether the sender has closed or lost its side. */
    boolean isEnded() {
        return ended;
    }

    /** Whether the sender has ended and everything it sent is written. */
    boolean isDrained() {
        return ended && frames.isEmpty();
    }

    /** The time until the next frame is due; negative when it is due, very long when there is none. */
    long nanosToNext() {
        return frames.isEmpty() ? Long.MAX_VALUE : frames.element().dueNanos() - System.nanoTime();
    }

    private Kind kindOf(byte[] bytes) {
        boolean first = !started;
        started = true;
        if (decoder.isUnframed()) {
            return Kind.UNKNOWN;
        }
        return first ? Kind.HANDSHAKE : bytes.length < SHORTEST_HEADED ? Kind.UNKNOWN : Kind.HEADED;
    }
}
