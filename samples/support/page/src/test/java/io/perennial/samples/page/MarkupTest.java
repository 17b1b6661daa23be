package io.perennial.samples.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkupTest {
    @Test
    void escapesTextAndAttributes() {
        String xml = new Markup()
                .text("p", "<b>&amp;</b> \"now\"", "title", "\"><script>")
                .toString();

        assertThat(xml)
                .isEqualTo("<p title=\"&quot;&gt;&lt;script&gt;\">"
                        + "&lt;b&gt;&amp;amp;&lt;/b&gt; &quot;now&quot;</p>\n");
    }

    @Test
    void writesNoCharacterThatXmlDoesNotKnow() {
        assertThat(new Markup()
                        .text("p", "a\u0000b\u001bc\ud800d\u00e9\ud83d\ude00\n")
                        .toString())
                .isEqualTo("<p>a\ufffdb\ufffdc\ufffdd\u00e9\ud83d\ude00\n</p>\n");
    }

    @Test
    void writesNumbersToTheTenth() {
        assertThat(new Markup().open("g", "x", 1.25, "y", 3).close("g").toString())
                .isEqualTo("<g x=\"1.3\" y=\"3\">\n</g>\n");
        assertThat(Markup.number(2.04)).isEqualTo("2");
    }
}
