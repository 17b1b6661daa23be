/**
 * Hints for native images about the underlying libraries, which load classes and resources by name. What Spring finds
 * out itself, such as Perennial's bean definitions, is not repeated here.
 */
@NullMarked
package io.perennial.spring.boot.aot;

import org.jspecify.annotations.NullMarked;
