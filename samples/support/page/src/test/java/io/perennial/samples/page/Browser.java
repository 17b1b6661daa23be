package io.perennial.samples.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Chromium without a window, by its DevTools protocol: so that a test can have a telephone's width, ask the page, and
 * hear what goes to the console.
 */
public final class Browser implements AutoCloseable {
    /** Set where a browser must be: then none is a failure, and not a reason to skip. */
    public static final String DEMANDED = "PERENNIAL_TEST_BROWSER";

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final long PATIENCE_SECONDS = 60;

    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final ObjectMapper json = new ObjectMapper();
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> replies = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

    private Browser(Path profile, Process process, String address) throws Exception {
        this.profile = profile;
        this.process = process;
        HttpClient client = HttpClient.newHttpClient();
        var request = HttpRequest.newBuilder(URI.create("http://" + address + "/json/new?about:blank"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        JsonNode page =
                json.readTree(client.send(request, BodyHandlers.ofString()).body());
        socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(page.get("webSocketDebuggerUrl").textValue()), new Ears())
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            send(domain + ".enable", Map.of());
        }
    }

    /** Skips the test where there is no browser, unless one is demanded. */
    public static Browser start() throws Exception {
        Optional<Path> program = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
        String none = "no browser on the PATH (" + String.join(", ", NAMES) + "): the page is not looked at";
        if (program.isEmpty() && "required".equals(System.getenv(DEMANDED))) {
            fail(none + ", although " + DEMANDED + "=required");
        }
        assumeTrue(program.isPresent(), none);
        Path profile = Files.createTempDirectory("perennial-browser-");
        Process process = new ProcessBuilder(
                        program.get().toString(),
                        "--headless=new",
                        "--no-sandbox", // CI runs as root in a container; the page is our own
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--hide-scrollbars",
                        "--force-color-profile=srgb",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return new Browser(profile, process, address(process));
        } catch (Exception | AssertionError e) {
            end(process, profile);
            throw e;
        }
    }

    private static String address(Process process) throws Exception {
        var found = new CompletableFuture<String>();
        var reader = new Thread(() -> {
            try (var lines = new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
                var said = new ArrayList<String>();
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    Matcher matcher = LISTENING.matcher(line);
                    if (matcher.find()) {
                        found.complete(matcher.group(1));
                    }
                    said.add(line);
                }
                found.completeExceptionally(new IOException("the browser ended: " + String.join("\n", said)));
            } catch (IOException e) {
                found.completeExceptionally(e);
            }
        });
        reader.setDaemon(true);
        reader.start();
        return found.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    public Browser width(int width, int height, boolean telephone) throws Exception {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", telephone));
        return this;
    }

    public Browser dark(boolean dark) throws Exception {
        var feature = Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
        send("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
        return this;
    }

    public Browser scripts(boolean allowed) throws Exception {
        send("Emulation.setScriptExecutionDisabled", Map.of("value", !allowed));
        return this;
    }

    public Browser open(Path page) throws Exception {
        return open(page.toUri());
    }

    public Browser open(URI page) throws Exception {
        // The page before may still ask a server that has gone, and must not be taken for this one.
        show("about:blank");
        complaints.clear();
        show(page.toString());
        return this;
    }

    private void show(String url) throws Exception {
        loaded = new CompletableFuture<>();
        send("Page.navigate", Map.of("url", url));
        loaded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Evaluates an expression in the page. */
    public JsonNode ask(String expression) throws Exception {
        JsonNode result = send("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalArgumentException(
                    expression + ": " + result.at("/exceptionDetails/exception/description"));
        }
        return result.at("/result/value");
    }

    public void press(String key) throws Exception {
        int code =
                switch (key) {
                    case "Tab" -> 9;
                    case "ArrowRight" -> 39;
                    case "ArrowLeft" -> 37;
                    case "Enter" -> 13;
                    default -> throw new IllegalArgumentException(key);
                };
        String text = key.equals("Enter") ? "\r" : "";
        for (String type : List.of("keyDown", "keyUp")) {
            send(
                    "Input.dispatchKeyEvent",
                    Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", code, "text", text));
        }
    }

    /** Brings an element into view and presses the mouse's button on the middle of it. */
    public void click(String selector) throws Exception {
        JsonNode at = ask("(() => { const e = document.querySelector('" + selector + "');"
                + " e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();"
                + " return [b.x + b.width / 2, b.y + b.height / 2] })()");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            send(
                    "Input.dispatchMouseEvent",
                    Map.of(
                            "type",
                            type,
                            "x",
                            at.get(0).doubleValue(),
                            "y",
                            at.get(1).doubleValue(),
                            "button",
                            "left",
                            "clickCount",
                            1));
        }
    }

    public void pointAt(double x, double y) throws Exception {
        send("Input.dispatchMouseEvent", Map.of("type", "mouseMoved", "x", x, "y", y));
    }

    /** The whole page, also written to {@code target/screenshots}. */
    public BufferedImage screenshot(String name) throws Exception {
        JsonNode png = send("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
        byte[] bytes = Base64.getDecoder().decode(png.get("data").textValue());
        Path file = Path.of("target", "screenshots", name + ".png");
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        return ImageIO.read(new ByteArrayInputStream(bytes));
    }

    /** Console errors, exceptions, policy violations, and every address of somebody else's that the page asked for. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() throws Exception {
        end(process, profile);
    }

    private static void end(Process process, Path profile) throws Exception {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        family.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle member : family) {
            member.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    private JsonNode send(String method, Map<String, Object> parameters) throws Exception {
        int id = ids.incrementAndGet();
        var reply = new CompletableFuture<JsonNode>();
        replies.put(id, reply);
        String message = json.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
        socket.sendText(message, true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        JsonNode answer = reply.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (answer.has("error")) {
            throw new IOException(method + ": " + answer.get("error"));
        }
        return answer.get("result");
    }

    private void hear(JsonNode message) {
        if (message.has("id")) {
            Optional.ofNullable(replies.remove(message.get("id").intValue())).ifPresent(r -> r.complete(message));
            return;
        }
        JsonNode parameters = message.path("params");
        switch (message.path("method").asText()) {
            case "Page.loadEventFired" -> loaded.complete(null);
            case "Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled" ->
                complaints.add(parameters.toString());
            case "Network.requestWillBeSent" -> {
                String url = parameters.at("/request/url").asText();
                if (!isOwn(url, parameters.path("documentURL").asText())) {
                    complaints.add("asked for " + url);
                }
            }
            default -> {}
        }
    }

    /** A page that was served may ask its own server; a file has none. */
    private static boolean isOwn(String url, String page) {
        return url.equals(page)
                || page.startsWith("http")
                        && url.startsWith(URI.create(page).resolve("/").toString());
    }

    private final class Ears implements WebSocket.Listener {
        private final StringBuilder heard = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            heard.append(data);
            if (last) {
                try {
                    hear(json.readTree(heard.toString()));
                } catch (IOException e) {
                    complaints.add(e.toString());
                }
                heard.setLength(0);
            }
            webSocket.request(1);
            return null;
        }
    }
}
