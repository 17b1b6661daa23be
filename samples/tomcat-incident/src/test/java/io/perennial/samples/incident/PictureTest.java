package io.perennial.samples.incident;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PictureTest {
    private static final Pattern STEP = Pattern.compile("H([0-9.]+) V([0-9.]+)");

    private final Report report = Courses.asExpected();
    private final Picture picture = new Picture(report);

    private record Point(double x, double y) {}

    @Test
    void drawsEachConnection_whereItWasMade() throws Exception {
        Document svg = parse(picture.svg());
        Element plot = elements(svg, "//*[@data-variant='a']/*[@class='plot']").get(0);

        List<Point> steps = steps(svg, "a", "connections");

        List<Double> made = report.courses().get(0).connections().subList(1, 41);
        assertThat(steps).hasSize(40);
        double left = number(plot, "x");
        double perSecond = number(plot, "width") / (Courses.ENDED - Courses.BEGAN);
        for (int i = 0; i < made.size(); i++) {
            assertThat(steps.get(i).x()).isCloseTo(left + (made.get(i) - Courses.BEGAN) * perSecond, within(0.06));
        }
        double floor = number(plot, "y") + number(plot, "height");
        assertThat(floor - steps.get(39).y()).isCloseTo(41 * number(plot, "height") / 80, within(0.06));
        assertThat(steps(svg, "b", "connections")).isEmpty();
    }

    @Test
    void drawsThreads_asTheyEnd() throws Exception {
        Document svg = parse(picture.svg());
        Element plot = elements(svg, "//*[@data-variant='c']/*[@class='plot']").get(1);

        assertThat(steps(svg, "a", "threads")).isEmpty();
        assertThat(steps(svg, "c", "threads")).singleElement().satisfies(step -> assertThat(step.y())
                .isCloseTo(number(plot, "y") + number(plot, "height"), within(0.06)));
    }

    @Test
    void saysInWordsWhatItShows() throws Exception {
        Document svg = parse(picture.svg());

        assertThat(elements(svg, "//*[local-name()='desc']").get(0).getTextContent())
                .contains(
                        "ZooKeeper's client, nobody closes it: 40 connections a minute", "2 threads left, never clean")
                .contains("Perennial's core, nobody closes it: 0 connections a minute", "clean after 0.3 s");
        assertThat(elements(svg, "//*[@data-variant]"))
                .extracting(e -> e.getAttribute("class"))
                .containsExactly("bad", "good", "good", "good");
    }

    @Test
    void keepsTextWithinThePaper_howeverShortOrLongTheRun() throws Exception {
        for (double restarted : new double[] {0.5, 10, 69}) {
            var script = report.script();
            var other = Report.of(script, Courses.BEGAN, restarted, Courses.ENDED, report.courses());
            for (Element text : elements(parse(new Picture(other).svg()), "//*[local-name()='text'][@x]")) {
                assertThat(number(text, "x")).isBetween(0.0, 1000.0);
            }
        }
    }

    @Test
    void writesAPage_thatNeedsNothingFromElsewhere() throws Exception {
        String html = new Page(report, picture).html();
        Document page = parse(html.replace("<!DOCTYPE html>", ""));

        assertThat(elements(page, "//*[local-name()='svg']")).hasSize(1);
        assertThat(elements(page, "//*[local-name()='tr'][@data-variant]"))
                .extracting(Element::getTextContent)
                .satisfiesExactly(
                        a -> assertThat(a).contains("40", "70 kB", "gone after 40.0 s", "kept", "never clean"),
                        b -> assertThat(b).contains("collected", "clean after 0.3 s"),
                        c -> assertThat(c).contains("collected", "clean after 0.3 s"),
                        d -> assertThat(d).contains("collected", "clean after 0.3 s"));
        assertThat(elements(page, "//@src | //@href | //*[local-name()='script'] | //*[local-name()='link']"))
                .isEmpty();
        assertThat(html).doesNotContain("url(", "@import", "&quot;Segoe");
        assertThat(elements(page, "//*[local-name()='tr'][@data-variant='a']/*"))
                .extracting(e -> e.getAttribute("data-name"))
                .as("the names of columns, for a screen that is too narrow for a table")
                .containsExactly(
                        "",
                        "Connections after the restart",
                        "a minute",
                        "Threads left",
                        "Written to the log",
                        "Node at the server",
                        "Class loader",
                        "Outcome");
    }

    @Test
    void namesWhatIsNotAsExpected() {
        Report bad = Courses.report(Courses.clean(Variant.RAW));

        assertThat(new Page(bad, new Picture(bad)).html()).contains("Not as expected, a: no thread is left");
    }

    private static List<Point> steps(Document svg, String variant, String curve) throws Exception {
        Element path = elements(svg, "//*[@data-variant='" + variant + "']/*[@class='curve " + curve + "']")
                .get(0);
        Matcher matcher = STEP.matcher(path.getAttribute("d"));
        List<Point> points = new ArrayList<>();
        while (matcher.find()) {
            points.add(new Point(Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2))));
        }
        return points;
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    private static Document parse(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(UTF_8)));
    }

    private static List<Element> elements(Document document, String path) throws Exception {
        NodeList nodes =
                (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
