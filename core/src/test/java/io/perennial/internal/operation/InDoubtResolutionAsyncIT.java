package io.perennial.internal.operation;

import io.perennial.operation.Operations;
import org.junit.jupiter.api.DisplayName;

@DisplayName("After a lost acknowledgement, asynchronously")
class InDoubtResolutionAsyncIT extends InDoubtResolutionIT {
    @Override
    Operations operations() {
        return new AsynchronousWrites(super.operations());
    }
}
