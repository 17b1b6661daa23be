package io.perennial.samples.shop;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.perennial.samples.page.ContentPolicy;
import io.perennial.samples.page.Markup;
import io.perennial.samples.timeline.TimelinePage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The page's text: one file with everything that it needs, except for the data that the application sends. */
final class Page {
    private final String body = resource("page.html").replace("{legend}", TimelinePage.legend());
    private final String style = TimelinePage.style() + resource("page.css");
    private final String script = TimelinePage.script() + resource("page.js");

    String html(String name) {
        var out = new Markup();
        out.raw("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
        out.empty("meta", "charset", "utf-8");
        out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        out.empty("link", "rel", "icon", "href", "data:,");
        out.text("title", name).raw("<style>").raw(style).raw("</style>\n").close("head");
        out.open("body").raw(body).raw("<script>").raw(script).raw("</script>\n");
        return out.close("body").close("html").toString();
    }

    /** Nothing from other hosts; the page's own script may ask its own server. */
    String policy() {
        return ContentPolicy.of(script) + "; connect-src 'self'; img-src data:; frame-ancestors 'none'";
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing next to " + Page.class);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
