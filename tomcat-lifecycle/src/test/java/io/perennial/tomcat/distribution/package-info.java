/**
 * Tests in Tomcat as its users have it: unpacked from the zip, started by its own script, in a process of its own. What
 * its applications do is seen at the ZooKeeper server, in Tomcat's log, and by its manager application.
 */
package io.perennial.tomcat.distribution;
