/** What core's tests have in common and only they need; the rest is {@code io.perennial.test}, the test kit. */
package io.perennial.testing;
