package io.perennial.internal.ephemeral;

import java.nio.ByteBuffer;

/** The data of a played node: by which registration of which session, and which revision of them. */
record ModelData(int session, int registration, int revision) {
    private static final int LENGTH = 12;

    /** Whatever revision it is. */
    boolean isOfSameNode(ModelData other) {
        return session == other.session && registration == other.registration;
    }

    byte[] bytes() {
        return ByteBuffer.allocate(LENGTH)
                .putInt(session)
                .putInt(registration)
                .putInt(revision)
                .array();
    }

    /** Null for what others wrote. */
    static ModelData of(byte[] data) {
        if (data.length != LENGTH) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(data);
        return new ModelData(buffer.getInt(), buffer.getInt(), buffer.getInt());
    }

    static String describe(byte[] data) {
        ModelData written = of(data);
        return written == null ? "(others' data)" : written.toString();
    }
}
