package io.perennial.internal.operation;

import io.perennial.operation.Operations;
import org.junit.jupiter.api.DisplayName;

@DisplayName("Writes that the server stops, asynchronously")
class FenceAsyncIT extends FenceIT {
    @Override
    Operations operations() {
        return new AsynchronousWrites(super.operations());
    }
}
