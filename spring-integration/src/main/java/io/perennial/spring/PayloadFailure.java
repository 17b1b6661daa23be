package io.perennial.spring;

import io.perennial.ResilientSessionException;
import org.springframework.core.NestedExceptionUtils;

/** Failed conversions. Their messages quote what was converted, which is node data, and so stay out of every log. */
final class PayloadFailure {
    private PayloadFailure() {}

    /** With the cause's type and stack trace, and without the cause. */
    static ResilientSessionException of(String what, Throwable cause) {
        Throwable root = NestedExceptionUtils.getMostSpecificCause(cause);
        var failure =
                new ResilientSessionException(what + ": " + root.getClass().getName()
                        + ", whose message may quote the data and is left out; its stack trace follows");
        failure.setStackTrace(root.getStackTrace());
        return failure;
    }
}
