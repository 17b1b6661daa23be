/**
 * What goes wrong in a random run, and when: faults drawn from a seed into a schedule, the schedule as a file that can
 * be replayed, and the classes that apply the faults to networks, servers and clients. A class belongs here when it
 * chooses a fault or makes one happen.
 */
@NullMarked
package io.perennial.soak.fault;

import org.jspecify.annotations.NullMarked;
