/**
 * Other versions of ZooKeeper and Curator than those that this library is built with: servers, and the client beneath a
 * session. A class belongs here when the page {@code docs/versions.md} depends on it.
 */
package io.perennial.versions;
