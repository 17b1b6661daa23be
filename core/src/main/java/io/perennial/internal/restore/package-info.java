/**
 * What ephemeral nodes and watches share: the live session that they are restored in, and the restoration of both. A
 * class belongs here when every kind of thing that is restored needs it.
 */
@NullMarked
package io.perennial.internal.restore;

import org.jspecify.annotations.NullMarked;
