package io.perennial.internal.ephemeral;

/**
 * Data to be written.
 *
 * @param data the data; must not be changed
 * @param revision which of the node's updates this is; 0 is what was registered
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Payload(byte[] data, long revision) {}
