package io.perennial.samples.shop;

import java.io.IOException;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The buttons. They accept only JSON: so another site cannot make a browser press them. */
@RestController
class TroubleController {
    /** An empty request. */
    record Nothing() {}

    private final Trouble trouble;
    private final ApplicationEventPublisher events;

    TroubleController(Trouble trouble, ApplicationEventPublisher events) {
        this.trouble = trouble;
        this.events = events;
    }

    @PostMapping(path = "/cut", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void cut(@RequestBody Nothing nothing) throws IOException {
        trouble.cut();
        events.publishEvent(new Changed());
    }

    @PostMapping(path = "/mend", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void mend(@RequestBody Nothing nothing) throws IOException {
        trouble.mend();
        events.publishEvent(new Changed());
    }

    @PostMapping(path = "/expire", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void expire(@RequestBody Nothing nothing) {
        trouble.expire();
    }

    @PostMapping(path = "/settings", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void change(@RequestBody Settings settings) {
        trouble.change(settings);
    }

    @ExceptionHandler
    ProblemDetail handle(IllegalStateException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, sentence(e));
    }

    @ExceptionHandler
    ProblemDetail handle(HttpMessageNotReadableException e) {
        Throwable root = e.getMostSpecificCause();
        boolean ours = root instanceof IllegalArgumentException;
        String example = "that is no configuration; right would be {\"greeting\": \"Welcome\", \"discount\": 10}";
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, ours ? sentence(root) : example);
    }

    private static String sentence(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
