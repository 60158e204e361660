package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class RenderingTest {
    private static JsonNode json(String text) throws Exception {
        return AdminClient.JSON.readTree(text.replace('\'', '"'));
    }

    @Test
    void shouldAlignColumns() throws Exception {
        Table table = new Table().column("id", "id").number("series", "n").column("tags", "tags");

        assertThat(table.render(
                        json("[{'id':'a','n':1234567,'tags':{}},{'id':'long','n':5,'tags':{'t':'x'}}]"), "None."))
                .isEqualTo("""
                        ID       SERIES  TAGS
                        a     1,234,567  -
                        long          5  t=x
                        """);
        assertThat(table.render(json("[]"), "None.")).isEqualTo("None.\n");
    }

    @Test
    void shouldShowAThingWithItsSections() throws Exception {
        assertThat(
                        Sheet.render(
                                json(
                                        "{'id':'shop','created':'2026-01-02T03:04:05.678Z','limits':{'pastWindow':'PT336H'},'readFrom':[]}")))
                .isEqualTo("""
                        id             shop
                        created        2026-01-02 03:04:05
                        limits
                          past window  14d
                        read from      -
                        """);
    }

    @Test
    void shouldShowWhatWasMadeChangedAndDeleted() throws Exception {
        String text = Difference.render(
                json(
                        "[{'action':'user.create','target':'user/u','before':null,'after':{'id':'u','accountId':'acme','name':'U'}},"
                                + "{'action':'instance.update','target':'instance/i','before':{'id':'i','limits':{'a':1,'b':2},'readFrom':[]},"
                                + "'after':{'id':'i','limits':{'a':1,'b':3000},'readFrom':['10.0.0.0/8']}},"
                                + "{'action':'instance.delete','target':'instance/j','before':{'id':'j'},'after':{'id':'j','status':'deleted'}}]"),
                Ansi.OFF);

        assertThat(text).isEqualTo("""
                + user u (acme)
                      name: U
                ~ instance i
                      limits.b: 2 -> 3,000
                      readFrom: - -> 10.0.0.0/8
                - instance j
                """);
    }

    @Test
    void shouldReadPoliciesAndTimesAsPeopleWriteThem() {
        assertThat(UserCommand.policies(List.of("write:a,b", "READ:*")))
                .hasToString(
                        "[{\"level\":\"write\",\"instances\":[\"a\",\"b\"]},{\"level\":\"read\",\"instances\":[\"*\"]}]");
        assertThatThrownBy(() -> UserCommand.policies(List.of("admin:a"))).hasMessageContaining("is not a policy");
        Instant now = Instant.parse("2026-01-02T00:00:00Z");
        assertThat(Ago.parse("90m", now)).isEqualTo(Instant.parse("2026-01-01T22:30:00Z"));
        assertThatThrownBy(() -> Ago.parse("yesterday", now)).hasMessageContaining("neither a while ago");
        assertThat(Text.age("2026-01-01T12:00:00Z", now)).isEqualTo("12 h ago");
        assertThat(Text.bytes(1536)).isEqualTo("1.5 KiB");
    }
}
