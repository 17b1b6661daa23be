/** The clients that are compared: the same work done by Perennial, by Curator, by ZooKeeper's own and on the wire. */
@NullMarked
package io.perennial.benchmarks.variants;

import org.jspecify.annotations.NullMarked;
