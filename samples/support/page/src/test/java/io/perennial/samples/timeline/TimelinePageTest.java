package io.perennial.samples.timeline;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.CONNECTING;
import static io.perennial.SessionState.LATENT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.perennial.SessionState;
import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class TimelinePageTest {
    private static final ZoneId ZONE = ZoneId.of("Europe/Vienna");
    private static final Pattern SCRIPT = Pattern.compile("<script>(.*)</script>", Pattern.DOTALL);

    @Test
    void drawsTheWholeTime_trueToScale() throws Exception {
        List<Element> bands = elements(page(Nights.orders()), "//*[@class='strip']/*");

        assertThat(bands).extracting(e -> e.getAttribute("class")).startsWith("band connected", "band suspended");
        Element first = bands.get(0);
        assertThat(property(first, "x")).isZero();
        assertThat(property(first, "w")).isCloseTo(100 * 4_325.1 / 28_800, within(0.001));
        Element lost = one(bands, "band lost", "5 min 40 s");
        assertThat(property(lost, "x")).isCloseTo(100 * 15_199.512 / 28_800, within(0.001));
        assertThat(property(lost, "w")).isCloseTo(100 * 340.0 / 28_800, within(0.001));
        double sum = bands.stream().mapToDouble(b -> property(b, "w")).sum();
        assertThat(sum).isCloseTo(100, within(0.05));
    }

    @Test
    void givesItsPartsToOtherPages() {
        var page = new TimelinePage(Nights.of(Nights.orders()), ZONE);

        assertThat(page.html())
                .contains(page.fragment(), TimelinePage.legend(), TimelinePage.style(), TimelinePage.script());
        assertThat(page.fragment()).startsWith("<section").doesNotContain("<script", "<style", "<html");
    }

    @Test
    void showsEachEpisodeFromCloserBy_onItsOwnScale() throws Exception {
        List<Element> episodes = elements(page(Nights.orders()), "//*[@class='episode']");

        assertThat(episodes)
                .extracting(e -> elements(e, "./*[local-name()='h3']")
                        .get(0)
                        .getTextContent()
                        .strip())
                .satisfiesExactly(
                        e -> assertThat(e).contains("Away for 400 ms", "14 Mar 23:12:05.100"),
                        e -> assertThat(e).contains("Away for 5 min 52 s, lost: NO_SERVER", "15 Mar 02:13:07.212"),
                        e -> assertThat(e).contains("Away for 2.60 s", "15 Mar 04:40:00.000"),
                        e -> assertThat(e).contains("Away for 680 ms, lost: LOCAL_PAUSE", "05:02:10.800"));
        assertThat(elements(episodes.get(0), "./*[@class='zoom']/*"))
                .extracting(e -> e.getAttribute("class") + " " + e.getAttribute("style"))
                .containsExactly(
                        "band edge before connected ",
                        "band suspended --g:310",
                        "band restoring --g:90",
                        "band edge after connected ");
        assertThat(elements(episodes.get(0), "./*[@class='chain']").get(0).getTextContent())
                .isEqualTo("CONNECTED → SUSPENDED 310 ms → RESTORING 90 ms → CONNECTED");
        assertThat(elements(episodes.get(1), ".//*[local-name()='li']"))
                .extracting(e -> e.getTextContent().replace("\n", " ").strip())
                .satisfiesExactly(
                        e -> assertThat(e).startsWith("−700 ms").endsWith("servers restarted by deploy 1471"),
                        e -> assertThat(e)
                                .startsWith("+12.3 s")
                                .contains("lost: NO_SERVER, silence 12.3 s, longest pause 12 ms: no server could be"),
                        e -> assertThat(e)
                                .startsWith("+5 min 52 s")
                                .endsWith("restored in 410 ms: RECONNECTED, generation 4, 12 nodes, 30 watches"));
    }

    @Test
    void summarizes() throws Exception {
        Document page = page(Nights.orders(), Nights.billing());

        assertThat(elements(page, "//*[@class='figures']"))
                .extracting(e -> e.getTextContent().replaceAll("\\s+", " ").strip())
                .containsExactly(
                        "CONNECTED 98.76 % of 8 h losses 2 1 LOCAL_PAUSE, 1 NO_SERVER"
                                + " longest outage 5 min 52 s of 8, at 02:13:07 restorations, median 28 ms of 8",
                        "CONNECTED 99.98 % of 4 h 30 min losses 0 longest outage 2.13 s the only one, at 02:13:07"
                                + " restorations, median 71 ms of 2");
        assertThat(elements(page, "//*[@class='empty']")).isEmpty();
    }

    @Test
    void listsEveryTransition_relatedToItsBands() throws Exception {
        Document page = page(Nights.orders());

        List<Element> rows = elements(page, "//*[local-name()='tr'][@data-t]");
        assertThat(rows).hasSize(Nights.orders().transitions().size());
        assertThat(rows.get(4).getTextContent().replaceAll("\\s+", " ").strip())
                .isEqualTo("15 Mar 02:13:19.512 SUSPENDED → LOST 12.1 s lease elapsed no acknowledgement for a session"
                        + " timeout lost: NO_SERVER, silence 12.3 s, longest pause 12 ms:"
                        + " no server could be reached for 12300 ms: check that the servers run");
        List<String> ids = elements(page, "//*[@id]").stream()
                .map(e -> e.getAttribute("id"))
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(elements(page, "//*[@href]"))
                .extracting(e -> e.getAttribute("href").substring(1))
                .isSubsetOf(ids);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(elements(page, "//*[@class!='' and local-name()='a'][@data-t='1-" + i + "']"))
                    .as("bands of transition %s", i)
                    .isNotEmpty();
        }
    }

    @Test
    void saysADiagnosisOnceInARow_whereTheTransitionsDetailIsIt() throws Exception {
        Instant at = Nights.BEGAN.plusSeconds(60);
        String why = "no server could be reached for 12300 ms: check that the servers run";
        Document page = page(new History(
                "orders",
                List.of(new Transition(
                        at, CONNECTED, SessionState.LOST, "LEASE_ELAPSED", Duration.ZERO, 1L, "0x1", why)),
                List.of(new Loss(at, "NO_SERVER", Duration.ofMillis(12_300), Duration.ofMillis(12), why)),
                List.of(),
                List.of(),
                List.of()));

        assertThat(elements(page, "//*[@class='detail']")).singleElement().satisfies(detail -> assertThat(
                        detail.getTextContent().replaceAll("\\s+", " ").strip())
                .isEqualTo(why + " lost: NO_SERVER, silence 12.3 s, longest pause 12 ms"));
    }

    @Test
    void setsAProblemOffFromTheRemarks() throws Exception {
        Document page = page(new History(
                "orders", List.of(), List.of(), List.of(), List.of(), List.of("a remark"), List.of("/a: it is taken")));

        assertThat(elements(page, "//*[@class='problem']"))
                .singleElement()
                .satisfies(p -> assertThat(p.getTextContent()).isEqualTo("Problem: /a: it is taken"));
    }

    @Test
    void foldsTheLegendAway() throws Exception {
        assertThat(elements(page(Nights.orders()), "//*[local-name()='details'][.//*[@id='legend']]"))
                .singleElement()
                .satisfies(fold -> assertThat(fold.hasAttribute("open")).isFalse());
    }

    @Test
    void bringsIntoOrderWhatCameInNone() {
        History told = Nights.orders();
        var backwards = new ArrayList<>(told.transitions());
        java.util.Collections.reverse(backwards);

        var history =
                new History("orders", backwards, told.losses(), told.restorations(), told.notes(), told.remarks());

        assertThat(html(history)).isEqualTo(html(told));
    }

    @Test
    void escapesEverything() throws Exception {
        String evil = "\"><script>alert(1)</script><img src=x onerror=alert(2)>&amp;'\u0000";
        Instant at = Nights.BEGAN.plusSeconds(60);
        var history = new History(
                evil,
                List.of(new Transition(at, CONNECTED, SessionState.LOST, evil, Duration.ZERO, 1L, evil, evil)),
                List.of(new Loss(at, evil, Duration.ZERO, Duration.ZERO, evil)),
                List.of(new Restoration(at, Duration.ZERO, 1, evil, 1, 1, true)),
                List.of(new Note(Note.Kind.SLOW_CALLBACK, at, Duration.ZERO, evil)),
                List.of(evil));

        String html = new TimelinePage(new Chronicle(evil, Nights.BEGAN, Nights.ENDED, List.of(history, history)), ZONE)
                .html();

        Document page = parse(html);
        assertThat(elements(page, "//*[local-name()='script']")).hasSize(1);
        assertThat(elements(page, "//*[local-name()='img'] | //*[@onerror]")).isEmpty();
        assertThat(page.getDocumentElement().getTextContent()).contains("<script>alert(1)</script>");
    }

    @Test
    void needsNothingFromElsewhere_andAllowsNothing() throws Exception {
        String html = html(Nights.orders());

        assertThat(elements(parse(html), "//@src | //*[local-name()='link'] | //@href[not(starts-with(., '#'))]"))
                .isEmpty();
        assertThat(html.replace("xmlns=\"http://www.w3.org/1999/xhtml\"", ""))
                .doesNotContain("url(", "@import", "://")
                .contains("default-src 'none'");
        var script = SCRIPT.matcher(html);
        assertThat(script.find()).isTrue();
        byte[] hash =
                MessageDigest.getInstance("SHA-256").digest(script.group(1).getBytes(UTF_8));
        assertThat(html).contains("script-src 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
    }

    @Test
    void showsAnEmptyJournal() throws Exception {
        assertThat(html()).contains("No session is in it.");

        var none = new History("quiet", List.of(), List.of(), List.of(), List.of(), List.of());
        Document page = page(none);
        assertThat(elements(page, "//*[@class='empty']"))
                .extracting(Element::getTextContent)
                .containsExactly("No transition of it is recorded.");
        assertThat(elements(page, "//*[@class='strip']/*")).isEmpty();
    }

    @Test
    @Tag("H5")
    @DisplayName("A pause of the JVM is drawn as silence, and counted as away, although the state was CONNECTED")
    void showsTheSilenceBeforeALoss() throws Exception {
        Instant stopped = Nights.BEGAN.plusSeconds(900);
        Chronicle chronicle = Nights.stopped(stopped);

        Document page = parse(new TimelinePage(chronicle, ZONE).html());

        Element silent = one(elements(page, "//*[@class='strip']/*"), "band silent", "no server heard for 14.0 s");
        assertThat(property(silent, "x")).isCloseTo(100 * 899.0 / 3_600, within(0.001));
        assertThat(property(silent, "w")).isCloseTo(100 * 14.0 / 3_600, within(0.001));
        assertThat(elements(page, "//*[@class='episode']/*[local-name()='h3']"))
                .singleElement()
                .extracting(Element::getTextContent)
                .asString()
                .contains("Away for 14.1 s, lost: LOCAL_PAUSE");
        assertThat(elements(page, "//*[@class='chain']").get(0).getTextContent())
                .isEqualTo("CONNECTED → silent 14.0 s → SUSPENDED 44 ms → LOST 20 ms → RESTORING 60 ms → CONNECTED");
        assertThat(elements(page, "//*[@class='figures']").get(0).getTextContent())
                .contains("99.60 %", "14.1 s", "the only one");
    }

    @Test
    @Tag("H6")
    @DisplayName("Recordings of several JVMs share an axis, and each session has been observed only in its own")
    void showsSeveralRecordings_onOneAxis() throws Exception {
        Instant stopped = Nights.BEGAN.plusSeconds(8_100);
        List<Chronicle> both = List.of(Nights.of(Nights.orders()), Nights.stopped(stopped));

        Document page = parse(new TimelinePage(both, ZONE).html());

        assertThat(elements(page, "//*[@class='together']//*[@class='strip']")).hasSize(2);
        assertThat(elements(page, "//*[local-name()='nav']/*"))
                .extracting(Element::getTextContent)
                .contains("orders in night.jfr", "stock in stock.jfr");
        List<Element> stock = elements(page, "//*[@id='s2']//*[@class='strip']/*");
        assertThat(property(stock.get(0), "x")).as("of 8 h").isCloseTo(100 * 7_200.0 / 28_800, within(0.001));
        Element last = stock.get(stock.size() - 1);
        assertThat(property(last, "x") + property(last, "w")).isCloseTo(100 * 10_800.0 / 28_800, within(0.002));
        assertThat(elements(page, "//*[@id='s2']//*[@class='figures']").get(0).getTextContent())
                .contains("of 1 h");
    }

    @Test
    void showsOneTransitionOnly() throws Exception {
        Instant at = Nights.ENDED.minusSeconds(7_200);
        var only = new Nights.Story("one", LATENT, Nights.BEGAN, 1).to(CONNECTING, at, "STARTED", "start()");

        Document page = page(only.history());

        assertThat(elements(page, "//*[@class='strip']/*")).singleElement().satisfies(band -> {
            assertThat(band.getAttribute("class")).isEqualTo("band connecting");
            assertThat(property(band, "x")).isEqualTo(75);
            assertThat(property(band, "w")).isEqualTo(25);
        });
        assertThat(elements(page, "//*[@class='episode']/*[local-name()='h3']")
                        .get(0)
                        .getTextContent())
                .contains("Start, 2 h and not connected yet");
        assertThat(elements(page, "//*[@class='figures']").get(0).getTextContent())
                .contains("0.00 %");
    }

    @Test
    void showsAMoment() throws Exception {
        var history = new Nights.Story("one", LATENT, Nights.BEGAN, 1).to(CONNECTING, Nights.BEGAN, "STARTED", "");
        var moment = new Chronicle("x", Nights.BEGAN, Nights.BEGAN.minusSeconds(1), List.of(history.history()));

        assertThat(new TimelinePage(moment, ZONE).html())
                .doesNotContain("NaN", "Infinity")
                .contains("0 ms");
    }

    @Test
    void tellsWhereTheRecordHasAHole() throws Exception {
        Instant at = Nights.BEGAN.plusSeconds(3_600);
        var before = new Nights.Story("x", CONNECTED, Nights.BEGAN, 1)
                .blink(at, 100, 100)
                .history();
        var after = new Nights.Story("x", SessionState.FAILED, at.plusSeconds(600), 1)
                .to(SessionState.RESTORING, at.plusSeconds(900), "SESSION_RESUMED", "")
                .history();
        var all = new ArrayList<>(before.transitions());
        all.addAll(after.transitions());

        Document page = page(new History("x", all, List.of(), List.of(), List.of(), List.of()));

        Element failed = one(elements(page, "//*[@class='strip']/*"), "band failed", "FAILED 5 min");
        assertThat(property(failed, "w")).isCloseTo(100 * 300.0 / 28_800, within(0.001));
        assertThat(page.getDocumentElement().getTextContent()).contains("this one was not recorded");
    }

    @Test
    void staysSmallAndFast_withTenThousandTransitions() throws Exception {
        History history = Nights.flapping(10_000);
        html(Nights.flapping(400)); // the classes are loaded

        var thread = ManagementFactory.getThreadMXBean(); // others use the machine, too
        long began = thread.getCurrentThreadCpuTime();
        String html = html(history);
        Duration took = Duration.ofNanos(thread.getCurrentThreadCpuTime() - began);

        assertThat(html.length()).isLessThan(6_000_000); // 5.2 million
        assertThat(took).isLessThan(Duration.ofSeconds(5)); // 1 s
        Document page = parse(html);
        assertThat(elements(page, "//*[local-name()='tr'][@data-t]")).hasSize(10_000);
        assertThat(elements(page, "//*[@class='strip']/*")).hasSizeLessThan(3_100);
        assertThat(elements(page, "//*[@class='episode']")).hasSize(40);
    }

    private static Document page(History... histories) throws Exception {
        return parse(html(histories));
    }

    private static String html(History... histories) {
        return new TimelinePage(Nights.of(histories), ZONE).html();
    }

    private static double property(Element element, String name) {
        for (String one : element.getAttribute("style").split(";")) {
            if (one.startsWith("--" + name + ":")) {
                return Double.parseDouble(one.substring(4, one.length() - 1));
            }
        }
        throw new AssertionError("no --" + name + " in " + element.getAttribute("style"));
    }

    private static Element one(List<Element> elements, String type, String title) {
        List<Element> those = elements.stream()
                .filter(e -> e.getAttribute("class").equals(type))
                .filter(e -> e.getAttribute("title").contains(title))
                .toList();
        assertThat(those).hasSize(1);
        return those.get(0);
    }

    private static Document parse(String html) throws Exception {
        String xml = html.replace("<!DOCTYPE html>", "");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(UTF_8)));
    }

    private static List<Element> elements(org.w3c.dom.Node within, String path) {
        try {
            NodeList nodes =
                    (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, within, XPathConstants.NODESET);
            List<Element> elements = new ArrayList<>();
            for (int i = 0; i < nodes.getLength(); i++) {
                elements.add(nodes.item(i) instanceof Element e ? e : null);
            }
            return elements;
        } catch (javax.xml.xpath.XPathExpressionException e) {
            throw new IllegalArgumentException(path, e);
        }
    }
}
