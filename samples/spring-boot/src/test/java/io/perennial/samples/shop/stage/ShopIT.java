package io.perennial.samples.shop.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.samples.page.Browser;
import io.perennial.samples.terminal.Screen;
import io.perennial.test.NoLeaks;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the service, in two instances, and looks at the first one's page in a browser. */
@ExtendWith(NoLeaks.class)
class ShopIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SERVICES = "/services/shop";

    private static Browser browser;

    private final HttpClient http = HttpClient.newHttpClient();
    private Stage stage;
    private Instance first;
    private Instance second;

    @BeforeAll
    static void startBrowser() throws Exception {
        browser = Browser.start();
    }

    @AfterAll
    static void endBrowser() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    /** A session timeout that no busy machine exceeds while the connection is cut. */
    @BeforeEach
    void start() throws Exception {
        stage = Stage.start(new Options(2, 0, Duration.ofSeconds(60)));
        first = stage.instances().get(0);
        second = stage.instances().get(1);
    }

    @AfterEach
    void end() {
        stage.close();
    }

    @ParameterizedTest(name = "{0} px, dark: {1}")
    @CsvSource({"1280, false", "1280, true", "390, false", "390, true"})
    void showsSessionConfigurationAndPeers(int width, boolean dark) throws Exception {
        open(width, dark);

        shows("#state", "CONNECTED");
        shows("#generation", "1");
        shows("#held", "1/1, 2/2");
        shows("#settings", "“Welcome”, 10 % off");
        shows("#peers-count", "2 of 2");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts("#timeline .strip .band, #timeline h2"))
                .isNotEmpty());
        assertThat(texts("#peers .here a")).containsExactlyInAnyOrder("" + first.port(), "" + second.port());
        browser.screenshot("shop-" + width + (dark ? "-dark" : ""));
        fits(width);
        assertThat(browser.ask("getComputedStyle(document.body).backgroundColor")
                        .asText())
                .isEqualTo(dark ? "rgb(13, 17, 23)" : "rgb(255, 255, 255)");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void comesBackInTheNextGeneration_whenItsSessionExpires() throws Exception {
        open(1280, false);
        shows("#state", "CONNECTED");
        shows("#peers-count", "2 of 2");

        browser.click("#expire");

        shows("#generation", "2");
        shows("#state", "CONNECTED");
        shows("#held", "1/1, 2/2");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(timeline()).contains("LOST", "RESTORING"));
        assertThat(text("#loss")).contains("EXPIRED_BY_SERVER");
        assertThat(stage.operator().children(SERVICES))
                .containsExactlyInAnyOrder("" + first.port(), "" + second.port());
        assertThat(second.session().info().orElseThrow().generation()).isEqualTo(1);
        shows("#peers-count", "2 of 2");
        browser.ask("document.querySelector('#timeline details').open = true; scrollTo(0, 0)");
        browser.screenshot("shop-expired");
        browser.width(390, 900, true).dark(true);
        browser.screenshot("shop-expired-390-dark");
        fits(390);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void keepsItsSession_whenTheConnectionIsCutAndMended() throws Exception {
        open(1280, true);
        shows("#state", "CONNECTED");
        long session = first.session().info().orElseThrow().sessionId();

        browser.click("#cut");
        shows("#state", "SUSPENDED");
        shows("#cut", "Mend the connection");
        dated(true);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(outage()).startsWith("Away for "));
        String outage = outage();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(outage()).as("it grows").isNotEqualTo(outage));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(timeline()).contains("SUSPENDED"));
        browser.screenshot("shop-cut-dark");
        post("settings", "{\"greeting\": \"While you were away\", \"discount\": 25}");
        browser.ask("document.querySelector('#cut').focus()");
        browser.press("Enter");

        shows("#state", "CONNECTED");
        shows("#generation", "1");
        shows("#settings", "“While you were away”, 25 % off");
        dated(false);
        assertThat(first.session().info().orElseThrow().sessionId()).isEqualTo(session);
        assertThat(stage.operator().children(SERVICES)).hasSize(2);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void tellsOfPeersThatGoAndComeBack_andOfConfigurationThatIsWritten() throws Exception {
        open(1280, false);
        shows("#peers-count", "2 of 2");

        stage.server().expire(second.session().info().orElseThrow().sessionId());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(second.session().info().map(SessionInfo::generation))
                        .contains(2L));
        shows("#peers-count", "2 of 2");

        int port = second.port();
        second.close();
        shows("#peers-count", "1 of 2, of all seen");
        assertThat(texts("#peers .gone a")).containsExactly("" + port);

        browser.ask("document.querySelector('#greeting-input').value = 'Bon jour <b>&'");
        browser.click("#form button");
        shows("#settings", "“Bon jour <b>&”, 10 % off");
        shows("#settings-said", "Written by another client.");
        browser.ask("document.querySelector('#discount-input').value = '91'");
        browser.click("#form button");
        shows("#settings-said", "Not done: the discount must be 0 to 90 percent, not 91");
        assertThat(browser.complaints()).allMatch(c -> c.contains("400"));
    }

    @Test
    void refusesWhatIsNotRight_andWhatAnotherSiteCouldSend() throws Exception {
        assertThat(post("settings", "{\"greeting\": \"\", \"discount\": 5}").body())
                .contains("the greeting must be a line of 1 to 60 characters");
        assertThat(post("settings", "{\"greeting\": 3").statusCode()).isEqualTo(400);
        assertThat(post("settings", "{\"greeting\": \"x\", \"discount\": null}").statusCode())
                .isEqualTo(400);
        HttpResponse<String> form = http.send(
                HttpRequest.newBuilder(URI.create(first.address() + "expire"))
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(form.statusCode()).isEqualTo(415);
        assertThat(first.session().info().orElseThrow().generation()).isEqualTo(1);
    }

    @Test
    void saysThatAPortIsTaken_andLeavesNothingBehind() {
        var screen = new Screen();
        var errors = new StringWriter();

        int status = SpringBootSample.commandLine(screen.terminal())
                .setErr(new PrintWriter(errors, true))
                .execute("--instances=1", "--server.port=" + second.port());

        assertThat(status).isEqualTo(1);
        assertThat(errors.toString().strip())
                .isEqualTo("spring-boot: port " + second.port()
                        + " is in use; right would be another --server.port, or 0 for any");
        assertThat(stage.operator().children(SERVICES)).hasSize(2);
    }

    @Test
    void forgetsPagesThatAreClosed_andEndsWhileOneListens() throws Exception {
        open(1280, false);
        shows("#state", "CONNECTED");
        HttpResponse<InputStream> live = http.send(
                HttpRequest.newBuilder(URI.create(first.address() + "live")).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(live.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(first.listeners()).isEqualTo(2));

        live.body().close();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(first.listeners()).isEqualTo(1));
        long began = System.nanoTime();
        first.close();

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("less than the web server's patience with requests that go on, which is 30 s")
                .isLessThan(Duration.ofSeconds(20));
        assertThat(first.session().state()).isEqualTo(SessionState.CLOSED);
        assertThat(stage.operator().children(SERVICES)).hasSize(1);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        browser.ask("document.querySelector('#silence').hidden").booleanValue())
                .isFalse());
    }

    /** Whether the page says of what came from the servers as of when it was. */
    private static void dated(boolean expected) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(texts(".dated .as-of"))
                    .hasSize(3)
                    .allMatch(text -> expected ? text.matches(", as of \\d\\d:\\d\\d:\\d\\d") : text.isEmpty());
            assertThat(browser.ask("getComputedStyle(document.querySelector('#peers')).opacity")
                            .asDouble())
                    .isEqualTo(expected ? 0.55 : 1);
        });
    }

    /** The title of the latest episode on the timeline. */
    private static String outage() throws Exception {
        List<String> titles = texts("#timeline .episode h3 span:nth-child(2)");
        return titles.isEmpty() ? "" : titles.get(titles.size() - 1);
    }

    private void open(int width, boolean dark) throws Exception {
        browser.width(width, 900, width < 600).dark(dark);
        browser.open(URI.create(first.address()));
    }

    private static void fits(int width) throws Exception {
        assertThat(browser.ask("document.documentElement.scrollWidth").intValue())
                .isEqualTo(width);
    }

    private static void shows(String selector, String expected) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> assertThat(text(selector))
                .isEqualTo(expected));
    }

    private static String text(String selector) throws Exception {
        return browser.ask("document.querySelector('" + selector + "').textContent")
                .asText();
    }

    private static List<String> texts(String selector) throws Exception {
        List<String> texts = new ArrayList<>();
        JsonNode found = browser.ask("[...document.querySelectorAll('" + selector + "')].map(e => e.textContent)");
        found.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    /** The states that the journal's rows name. */
    private static List<String> timeline() throws Exception {
        return texts("#timeline td b");
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(first.address() + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
