/**
 * Sessions as Micrometer's meters: {@link io.perennial.spring.boot.metrics.SessionMetrics} binds one session's to a
 * registry, with or without Spring. What is counted or measured over time belongs here; a snapshot of the present is a
 * report.
 */
@NullMarked
package io.perennial.spring.boot.metrics;

import org.jspecify.annotations.NullMarked;
