/**
 * What the samples' pages have in common: how markup is written, and what a page may load. A class belongs here when a
 * second page needs it and it does not know what the page shows.
 */
@NullMarked
package io.perennial.samples.page;

import org.jspecify.annotations.NullMarked;
