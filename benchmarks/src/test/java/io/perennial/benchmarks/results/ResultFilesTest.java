package io.perennial.benchmarks.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ResultFilesTest {
    private static final Subject BACK = new Subject("nodes-back", "Until <all> are back.", "ms", true);
    private static final Subject RATE = new Subject("rate", "Writes, \"many\".", "writes/s", false);

    private final Results results = new Results();

    @BeforeEach
    void measure() {
        results.add(new Sample(BACK, "raw", 1_000, 1, List.of(10.0)));
        results.add(new Sample(BACK, "Perennial", 1_000, 1, List.of(20.0, 40.0)));
        results.add(new Sample(BACK, "raw", 10_000, 1, List.of(100.0)));
        results.add(new Sample(BACK, "Perennial", 1_000, 2, List.of(30.0)));
        results.add(new Sample(RATE, "Perennial", 1, 1, List.of(5_000.0, 4_000.0, 4_500.0)));
    }

    @Test
    void pageNamesTheMachineAndHasATableOfEachRow(@TempDir Path directory) throws Exception {
        new ResultFiles(directory, List.of("two processors")).write(results);

        assertThat(Files.readString(directory.resolve("results.md")))
                .contains("- two processors")
                .contains("## nodes-back")
                .contains("| Perennial | 1,000 | 30.0 | 40.0 | 40.0 | 3 |  |")
                .contains("| raw | 10,000 | 100 | 100 | 100 | 1 | n^1.00 |")
                .contains("less is better")
                .contains("| Perennial | 1 | 4,500 | 5,000 | 4,000 | 3 |  |")
                .contains("more is better")
                .doesNotContain("Without a figure");
    }

    @Test
    void pageBeginsWithTheMediansSideBySide(@TempDir Path directory) throws Exception {
        new ResultFiles(directory, List.of()).write(results);

        assertThat(Files.readString(directory.resolve("results.md")))
                .contains("| row | items | | raw | Perennial |")
                .contains("| [nodes-back](#nodes-back) | 1,000 | ms | 10.0 | 30.0 |")
                .contains("| [nodes-back](#nodes-back) | 10,000 | ms | 100 |  |")
                .contains("| [rate](#rate) | 1 | writes/s |  | 4,500 |");
    }

    @Test
    void pageHasWhatFailed(@TempDir Path directory) throws Exception {
        results.addFailure("nodes-back, round 2, raw: 5 changes were never delivered");

        new ResultFiles(directory, List.of()).write(results);

        assertThat(Files.readString(directory.resolve("results.md")))
                .contains("## Without a figure\n\n- nodes-back, round 2, raw: 5 changes were never delivered");
    }

    @Test
    void csvHasEveryFigure(@TempDir Path directory) throws Exception {
        new ResultFiles(directory, List.of()).write(results);

        assertThat(Files.readAllLines(directory.resolve("results.csv")))
                .startsWith(
                        "row,unit,size,variant,round,value",
                        "nodes-back,ms,1000,raw,1,10.000",
                        "nodes-back,ms,1000,Perennial,1,20.000",
                        "nodes-back,ms,1000,Perennial,1,40.000")
                .hasSize(9);
    }

    @Test
    void csvQuotesWhatWouldBeTwoFields() {
        var odd = new Results();
        odd.add(new Sample(new Subject("a,b", "", "\"ms\"", true), "x", 1, 1, List.of(1.0)));

        assertThat(CsvTable.of(odd)).contains("\"a,b\",\"\"\"ms\"\"\",1,x,1,1.000");
    }

    @Test
    void barsAreAsLongAsTheirMediansAndReachNoFurtherThanTheWorst(@TempDir Path directory) throws Exception {
        new ResultFiles(directory, List.of()).write(results);

        List<Double> lengths = bars(svg(Files.readString(directory.resolve("nodes-back.svg"))));

        // 1,000 items: raw 10, Perennial 30; 10,000 items: raw 100, which is the longest
        assertThat(lengths).hasSize(3);
        assertThat(lengths.get(1) / lengths.get(0)).isEqualTo(3.0);
        assertThat(lengths.get(2) / lengths.get(0)).isEqualTo(10.0);
        assertThat(lengths.get(2)).isEqualTo(520.0);
    }

    @Test
    void pictureOfARateIsAsWideAsItsMedian(@TempDir Path directory) throws Exception {
        new ResultFiles(directory, List.of()).write(results);

        assertThat(bars(svg(Files.readString(directory.resolve("rate.svg"))))).containsExactly(520.0);
    }

    private static List<Double> bars(Document svg) {
        NodeList rectangles = svg.getElementsByTagName("rect");
        return IntStream.range(1, rectangles.getLength()) // the first is the background
                .mapToObj(i -> Double.parseDouble(((Element) rectangles.item(i)).getAttribute("width")))
                .toList();
    }

    private static Document svg(String text) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    }
}
