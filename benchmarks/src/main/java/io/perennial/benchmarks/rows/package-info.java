/** What is measured: each row of the table, with its servers, its faults and the observer that judges the outcome. */
@NullMarked
package io.perennial.benchmarks.rows;

import org.jspecify.annotations.NullMarked;
