package io.perennial.internal.state;

import io.perennial.internal.connect.ConnectString;

/** What to say of a chroot that does not exist. */
final class Chroots {
    private Chroots() {}

    static String missing(ConnectString connectString) {
        return "connectString '" + connectString.text() + "': the chroot '" + connectString.chroot()
                + "' does not exist on the server; create that node, or leave the chroot out and use namespace(\""
                + connectString.chroot() + "\"), which is made on demand";
    }
}
