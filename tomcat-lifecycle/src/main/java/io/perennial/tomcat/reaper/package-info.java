/**
 * Ends ZooKeeper clients that a web application left behind, whether or not it used this library. It runs in Tomcat's
 * own class path, from a separate jar, and depends on nothing but Tomcat: no class of ZooKeeper, Curator, SLF4J or the
 * rest of this library may be named here, because the applications bring their own, in any version. {@link
 * io.perennial.tomcat.reaper.ZooKeeperReaper} is what a {@code server.xml} names; the rest follows one stopped
 * application from its threads ({@code ClientScan}) through their clients ({@code OrphanedClient}) to the line in the
 * log.
 */
@NullMarked
package io.perennial.tomcat.reaper;

import org.jspecify.annotations.NullMarked;
