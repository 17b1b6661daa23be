package io.perennial.samples.shop;

/** An application event: what the page shows has changed. */
record Changed() {}
