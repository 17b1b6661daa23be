package io.perennial.samples.shop;

import io.perennial.ResilientSession;
import io.perennial.samples.timeline.Reports;
import io.perennial.samples.timeline.TimelinePage;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The page, and what keeps it up to date. */
@RestController
class PageController {
    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);

    private final ResilientSession session;
    private final StatusReader status;
    private final LiveStreams streams;
    private final Page page = new Page();

    PageController(ResilientSession session, StatusReader status, LiveStreams streams) {
        this.session = session;
        this.status = status;
        this.streams = streams;
    }

    @GetMapping("/")
    ResponseEntity<String> page() {
        return ResponseEntity.ok()
                .contentType(HTML)
                .cacheControl(CacheControl.noCache())
                .header("Content-Security-Policy", page.policy())
                .body(page.html(session.name()));
    }

    @GetMapping("/status")
    Status status() {
        return status.read();
    }

    /** The status again and again, as server-sent events. */
    @GetMapping(path = "/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter live() {
        try {
            return streams.open();
        } catch (IllegalStateException e) {
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage(), e);
        }
    }

    /** The session's timeline until now, to be inserted into the page. */
    @GetMapping("/timeline")
    ResponseEntity<String> timeline() {
        var chronicle = Reports.read(session.report(), session.name());
        return ResponseEntity.ok()
                .contentType(HTML)
                .cacheControl(CacheControl.noStore())
                .body(new TimelinePage(chronicle, ZoneId.systemDefault()).fragment());
    }
}
