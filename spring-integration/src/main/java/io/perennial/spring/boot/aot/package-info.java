/**
 * What a native image has to be told of the libraries below, which ask for classes and resources by their names. What Spring
 * itself finds out, such as our bean definitions, is not repeated here.
 */
@NullMarked
package io.perennial.spring.boot.aot;

import org.jspecify.annotations.NullMarked;
