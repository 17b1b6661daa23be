/**
 * Several instances of one program. One of them leads and does each job once, whatever happens to the others, the
 * servers and itself: {@code docs/leader.md} shows it part by part. {@code Worker} takes office, {@code Term} does the
 * work, {@code Bank} is the world outside ZooKeeper.
 */
@NullMarked
package io.perennial.samples.leader;

import org.jspecify.annotations.NullMarked;
