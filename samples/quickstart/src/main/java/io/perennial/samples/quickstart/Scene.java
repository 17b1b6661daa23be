package io.perennial.samples.quickstart;

import io.perennial.ResilientSession;

/** All participants while faults are caused. */
record Scene(ResilientSession session, Journal journal, Witness witness, Timeline timeline) {}
