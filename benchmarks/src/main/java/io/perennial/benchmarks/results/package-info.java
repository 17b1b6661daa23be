/** What a run has measured: the figures and their statistics, and the pages, tables and pictures made of them. */
@NullMarked
package io.perennial.benchmarks.results;

import org.jspecify.annotations.NullMarked;
