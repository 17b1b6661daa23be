package io.perennial.samples.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.perennial.samples.page.Browser;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Looks at the page, in a browser. */
class TimelinePageIT {
    private static final Color CONNECTED = new Color(0x009e73);
    private static final Color SUSPENDED = new Color(0xe69f00);
    private static final Color LOST = new Color(0xd55e00);
    private static final Color RESTORING = new Color(0x56b4e9);

    private static Browser browser;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start();
    }

    @AfterAll
    static void end() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    private record Box(double x, double y, double width, double height) {}

    @ParameterizedTest(name = "{0} px, dark: {1}")
    @CsvSource({"1280, false", "1280, true", "390, false", "390, true"})
    void fitsTheScreen_andComplainsOfNothing(int width, boolean dark) throws Exception {
        open(width, dark, Nights.orders(), Nights.billing());

        browser.screenshot("night-" + width + (dark ? "-dark" : ""));

        assertThat(browser.ask("document.documentElement.scrollWidth").intValue())
                .isEqualTo(width);
        assertThat(browser.ask("getComputedStyle(document.body).backgroundColor")
                        .asText())
                .isEqualTo(dark ? "rgb(13, 17, 23)" : "rgb(255, 255, 255)");
        assertThat(outside(width)).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void fitsTheScreen_withTenThousandTransitionsAndEndlessWords() throws Exception {
        String endless = "x".repeat(400);
        Transition odd = new Transition(
                Nights.BEGAN,
                io.perennial.SessionState.LATENT,
                io.perennial.SessionState.FAILED,
                endless,
                java.time.Duration.ZERO,
                Long.MAX_VALUE,
                endless,
                endless);
        var history = new History(endless, List.of(odd), List.of(), List.of(), List.of(), List.of("a remark", endless));
        for (int width : new int[] {390, 1280}) {
            open(width, false, Nights.flapping(10_000), history);
            assertThat(browser.ask("document.documentElement.scrollWidth").intValue())
                    .isEqualTo(width);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0} px")
    @CsvSource({"1280", "390"})
    void paintsStates_inTheirProportions(int width) throws Exception {
        open(width, false, Nights.orders());
        BufferedImage page = browser.screenshot("states-" + width);

        Box strip = box(".strip");
        Map<Color, Integer> overview = columns(page, strip, strip.y + strip.height - 3);
        assertThat(overview.get(CONNECTED) / strip.width).isBetween(0.90, 0.99);
        // 5 min 40 s in 8 hours are 1.2 %: 14 px of 1200, and on the telephone the least width
        assertThat((double) overview.get(LOST)).isBetween(4.0, 4 + Math.max(4, strip.width * 0.0119));

        Box blink = box("#e1-0 .zoom");
        Map<Color, Integer> closer = columns(page, blink, blink.y + blink.height - 3);
        double both = closer.get(SUSPENDED) + closer.get(RESTORING);
        assertThat(closer.get(SUSPENDED) / both).isCloseTo(310.0 / 400, within(0.02));
        assertThat(closer.get(RESTORING) / both).isCloseTo(90.0 / 400, within(0.02));
        assertThat(both / blink.width).isGreaterThan(0.8);
    }

    @ParameterizedTest(name = "{0} px")
    @CsvSource({"1280", "390"})
    void showsABlinkWithinEightHours(int width) throws Exception {
        open(width, false, Nights.orders());
        BufferedImage page = browser.screenshot("blink-" + width);

        Box strip = box(".strip");
        // 90 ms of RESTORING right after 310 ms of SUSPENDED: the worse of them is seen, 4 px wide
        double x = strip.x + strip.width * 4_325.1 / 28_800;
        for (double height : new double[] {0.4, 0.9}) { // above what is CONNECTED, and before it
            List<Color> around = new ArrayList<>();
            for (int i = -1; i <= 5; i++) {
                around.add(new Color(page.getRGB((int) Math.round(x + i), (int) (strip.y + strip.height * height))));
            }
            assertThat(around.stream().filter(SUSPENDED::equals)).hasSizeBetween(3, 5);
        }
        // and from closer by nothing is narrower than a finger's or a pointer's aim
        JsonNode narrowest =
                browser.ask("Math.min(...[...document.querySelectorAll('.zoom .band')].map(b => b.clientWidth))");
        assertThat(narrowest.intValue()).isGreaterThanOrEqualTo(7);
    }

    @ParameterizedTest(name = "{0} px")
    @CsvSource({"1280", "390"})
    void showsASessionsIdInOneLine(int width) throws Exception {
        open(width, false, Nights.orders());

        JsonNode heights = browser.ask("[...document.querySelectorAll('.generation small')].map(e => e.clientHeight)");

        assertThat(heights).isNotEmpty().allSatisfy(height -> assertThat(height.intValue())
                .isBetween(1, 24));
    }

    @Test
    void foldsTheLegendAway_andShowsItOnRequest() throws Exception {
        open(390, false, Nights.orders());
        assertThat(browser.ask("document.querySelector('#legend').checkVisibility()")
                        .booleanValue())
                .isFalse();

        browser.click("nav a:last-child");

        assertThat(browser.ask("document.querySelector('#legend').checkVisibility()")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void relatesBandsToRows_byPointerAndByKeyboard() throws Exception {
        open(1280, false, Nights.orders());
        browser.ask("document.querySelector('#e1-0 .zoom .restoring').scrollIntoView({block: 'center'})");
        Box restoring = inViewport("#e1-0 .zoom .restoring");

        browser.pointAt(restoring.x + restoring.width / 2, restoring.y + restoring.height / 2);
        assertThat(lit())
                .contains("TR RESTORING", "A restoring")
                .allMatch(e -> e.endsWith("RESTORING") || e.startsWith("A"));

        browser.ask("document.querySelector('#e1-0 .zoom .suspended').focus()");
        assertThat(lit()).contains("TR SUSPENDED");
        browser.press("ArrowRight");
        assertThat(lit()).contains("TR RESTORING");
        browser.press("Tab");
        assertThat(lit()).contains("TR CONNECTED");
        browser.press("ArrowLeft");
        browser.press("Enter");
        assertThat(browser.ask("location.hash").asText()).isEqualTo("#t1-1");
        assertThat(browser.ask("document.querySelector('tr:target b').textContent")
                        .asText())
                .isEqualTo("RESTORING");
    }

    @Test
    void canBeReadWithoutItsScript() throws Exception {
        open(1280, false, Nights.orders());
        String with = browser.ask("document.querySelector('main').innerText").asText();
        browser.scripts(false);
        try {
            open(1280, false, Nights.orders());
            String without =
                    browser.ask("document.querySelector('main').innerText").asText();

            assertThat(without).isEqualTo(with).contains("Away for 400 ms", "no server could be reached");
        } finally {
            browser.scripts(true);
        }
    }

    @Test
    void noticesAScriptThatIsNotItsOwn() throws Exception {
        String html = html(Nights.orders()).replace("</main>", "<script>document.title = 'mine'</script></main>");
        browser.open(Files.writeString(directory.resolve("evil.html"), html));

        assertThat(browser.ask("document.title").asText()).isEqualTo("Sessions of night.jfr");
        assertThat(browser.complaints()).singleElement().asString().contains("Content Security Policy");
    }

    /** What lit elements are, and the state they are of. */
    private static List<String> lit() throws Exception {
        List<String> lit = new ArrayList<>();
        browser.ask("[...document.querySelectorAll('.on')].map(e => e.tagName + ' '"
                        + " + (e.tagName == 'TR' ? e.querySelector('b').textContent : e.className.split(' ')[1]))")
                .forEach(e -> lit.add(e.asText()));
        return lit;
    }

    /** Elements that stick out of the page, as far as they can be seen. */
    private static List<String> outside(int width) throws Exception {
        List<String> outside = new ArrayList<>();
        browser.ask("[...document.querySelectorAll('main *')].filter(e => { const b = e.getBoundingClientRect();"
                        + " return b.width > 0 && (b.left < 0 || b.right > " + width + ") })"
                        + ".map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 40))")
                .forEach(e -> outside.add(e.asText()));
        return outside;
    }

    private static Box box(String selector) throws Exception {
        Box seen = inViewport(selector);
        return new Box(seen.x, seen.y + browser.ask("window.scrollY").doubleValue(), seen.width, seen.height);
    }

    private static Box inViewport(String selector) throws Exception {
        JsonNode b = browser.ask("(() => { const b = document.querySelector('" + selector
                + "').getBoundingClientRect(); return [b.x, b.y, b.width, b.height] })()");
        return new Box(
                b.get(0).doubleValue(),
                b.get(1).doubleValue(),
                b.get(2).doubleValue(),
                b.get(3).doubleValue());
    }

    /** How many pixels of each colour there are along a line through the box. */
    private static Map<Color, Integer> columns(BufferedImage page, Box box, double y) {
        var counts = new java.util.HashMap<Color, Integer>();
        for (int x = (int) box.x; x < box.x + box.width; x++) {
            counts.merge(new Color(page.getRGB(x, (int) y)), 1, Integer::sum);
        }
        return counts;
    }

    private static void open(int width, boolean dark, History... histories) throws Exception {
        browser.width(width, 900, width < 600).dark(dark);
        browser.open(Files.writeString(directory.resolve("page.html"), html(histories)));
    }

    private static String html(History... histories) {
        return new TimelinePage(Nights.of(histories), ZoneId.of("Europe/Vienna")).html();
    }
}
