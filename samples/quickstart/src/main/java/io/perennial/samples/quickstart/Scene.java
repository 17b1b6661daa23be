package io.perennial.samples.quickstart;

import io.perennial.ResilientSession;

/** Everybody who takes part while faults are produced. */
record Scene(ResilientSession session, Journal journal, Witness witness, Timeline timeline) {}
