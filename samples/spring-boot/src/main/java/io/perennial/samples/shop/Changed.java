package io.perennial.samples.shop;

/** An event in the application context: what the page shows has changed. */
record Changed() {}
