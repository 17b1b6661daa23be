/**
 * The session as an application holds it: the builder, the parts and their wiring, the bridge to Curator, the report
 * and the close. A class belongs here when it puts parts together; what decides is in {@code
 * io.perennial.internal.state}.
 */
@NullMarked
package io.perennial.internal.session;

import org.jspecify.annotations.NullMarked;
