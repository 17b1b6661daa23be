/**
 * The snippets of the pages in {@code docs}, compiled and run. A class belongs here when it holds what a page shows,
 * between {@code // [name]} and {@code // [end]}.
 */
@NullMarked
package io.perennial.docs;

import org.jspecify.annotations.NullMarked;
