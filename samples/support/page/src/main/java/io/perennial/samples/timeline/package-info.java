/**
 * What happened to sessions over time, and a page that shows it. The reader of a source fills in the records, and
 * {@link io.perennial.samples.timeline.TimelinePage} turns them into the page. Everything else draws that page.
 */
@NullMarked
package io.perennial.samples.timeline;

import org.jspecify.annotations.NullMarked;
