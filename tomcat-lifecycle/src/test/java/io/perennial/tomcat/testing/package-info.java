/**
 * A real Tomcat for tests, and what to ask about the applications that ran in it. Whoever writes applications for it
 * implements {@link io.perennial.tomcat.testing.WebApplication}.
 */
package io.perennial.tomcat.testing;
