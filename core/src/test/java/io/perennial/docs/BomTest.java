package io.perennial.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/**
 * Holds the versions that applications get: by Maven's rules the nearest declaration decides, so that what only core
 * declares is replaced by whatever an application's other libraries bring.
 */
class BomTest {
    private static final Path ROOT = Path.of("..");

    @Test
    @Tag("J4")
    @DisplayName("The BOM manages ZooKeeper and Curator, in the versions that core is built with")
    void managesWhatCoreWasTestedWith() throws Exception {
        Document bom = pom("bom");
        Map<String, String> managed = managed(bom);

        for (String artifact : List.of(
                "curator-client", "curator-framework", "curator-recipes", "curator-x-discovery", "curator-test")) {
            assertThat(managed).containsEntry("org.apache.curator:" + artifact, property("curator.version"));
        }
        for (String artifact : List.of("zookeeper", "zookeeper-jute")) {
            assertThat(managed).containsEntry("org.apache.zookeeper:" + artifact, property("zookeeper.version"));
        }
    }

    @Test
    @Tag("J11")
    @DisplayName("An application that imports the BOM gets no more of ZooKeeper's dependencies than one without")
    void excludesTheSame() throws Exception {
        assertThat(exclusions(pom("bom"))).isNotEmpty().isEqualTo(exclusions(pom(".")));
    }

    @ParameterizedTest
    @Tag("J4")
    @ValueSource(strings = {"core", "tomcat-parent", "spring-parent", "testkit"})
    void eachModuleDeclaresTheClient(String module) throws Exception {
        assertThat(texts(pom(module), "/project/dependencies/dependency[not(scope)]/artifactId"))
                .contains("zookeeper");
    }

    private static List<String> exclusions(Document pom) throws XPathExpressionException {
        return texts(
                pom,
                "/project/dependencyManagement/dependencies/dependency[artifactId='zookeeper']"
                        + "/exclusions/exclusion/groupId");
    }

    private static Map<String, String> managed(Document bom) throws Exception {
        String each = "/project/dependencyManagement/dependencies/dependency";
        List<String> groups = texts(bom, each + "/groupId");
        List<String> artifacts = texts(bom, each + "/artifactId");
        List<String> versions = texts(bom, each + "/version");
        Map<String, String> managed = new TreeMap<>();
        for (int i = 0; i < groups.size(); i++) {
            managed.put(groups.get(i) + ":" + artifacts.get(i), resolved(bom, versions.get(i)));
        }
        return managed;
    }

    private static String resolved(Document pom, String version) throws XPathExpressionException {
        if (!version.startsWith("${") || version.contains("project")) {
            return version;
        }
        return texts(pom, "/project/properties/" + version.substring(2, version.length() - 1))
                .get(0);
    }

    private static String property(String name) throws Exception {
        return texts(pom("."), "/project/properties/" + name).get(0);
    }

    private static Document pom(String module) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(ROOT.resolve(module).resolve("pom.xml").toFile());
    }

    private static List<String> texts(Document pom, String path) throws XPathExpressionException {
        var nodes = (NodeList) XPathFactory.newDefaultInstance().newXPath().evaluate(path, pom, XPathConstants.NODESET);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> nodes.item(i).getTextContent())
                .toList();
    }
}
