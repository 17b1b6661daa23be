package io.perennial.internal.ephemeral;

/**
 * Data to be written.
 *
 * @param data the data; not to be changed
 * @param revision which of the node's updates they are; 0 is what was registered
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Payload(byte[] data, long revision) {}
