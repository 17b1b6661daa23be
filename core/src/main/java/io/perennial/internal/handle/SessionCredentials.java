package io.perennial.internal.handle;

import org.jspecify.annotations.Nullable;

/**
 * What it takes to attach a new handle to a session that a server has. The password is a secret: never logged.
 *
 * @param id the server's id
 * @param password the server's password for it
 */
@SuppressWarnings("ArrayRecordComponent") // equal by id; the password is only passed on
public record SessionCredentials(long id, byte[] password) {
    @Override
    public String toString() {
        return "SessionCredentials[0x" + Long.toHexString(id) + "]";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionCredentials known && known.id == id;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }
}
