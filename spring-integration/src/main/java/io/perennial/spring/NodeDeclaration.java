package io.perennial.spring;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralSpec;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a bean wants to publish. Compared by the identity of its parts: no two beans declare the same.
 *
 * @param beanName the bean
 * @param declaredBy it and its method, for errors
 * @param session finds the session
 * @param specs asks the bean
 */
record NodeDeclaration(
        String beanName, String declaredBy, Supplier<ResilientSession> session, Supplier<List<EphemeralSpec>> specs) {}
