/**
 * The service. {@link io.perennial.samples.shop.Shop} is the part to copy: what it announces and what it watches, and
 * no code for lost connections or expired sessions. The other classes show it on a page, and pass on what the page's
 * buttons ask for; what causes the faults is in {@code stage}, which the service does not know.
 */
@NullMarked
package io.perennial.samples.shop;

import org.jspecify.annotations.NullMarked;
