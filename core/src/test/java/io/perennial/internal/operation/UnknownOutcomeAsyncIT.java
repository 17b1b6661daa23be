package io.perennial.internal.operation;

import io.perennial.operation.Operations;
import org.junit.jupiter.api.DisplayName;

@DisplayName("After a lost acknowledgement, asynchronously")
class UnknownOutcomeAsyncIT extends UnknownOutcomeIT {
    @Override
    Operations operations() {
        return new AsynchronousWrites(super.operations());
    }

    /** Interrupts the thread that waits, and here none does. */
    @Override
    void saysUnknown_whenInterruptedBeforeItCouldFindOut() {}
}
