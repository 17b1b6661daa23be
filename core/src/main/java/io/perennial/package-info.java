/** A ZooKeeper session that outlives trouble, and never outlives its host. */
@NullMarked
package io.perennial;

import org.jspecify.annotations.NullMarked;
