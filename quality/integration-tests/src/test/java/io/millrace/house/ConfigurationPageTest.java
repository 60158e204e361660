package io.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gateway.GatewaySettings;
import io.millrace.processor.ProcessorSettings;
import io.millrace.query.QuerySettings;
import io.millrace.runtime.config.ConfigurationDocument;
import io.millrace.runtime.config.ConfigurationDocument.Section;
import io.millrace.runtime.control.SetupSettings;
import io.millrace.standalone.StandaloneSettings;
import io.millrace.writer.WriterSettings;
import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Run with {@code -Dmillrace.docs.update=true} to write the page anew. */
final class ConfigurationPageTest {
    /** What the standalone process has beside the services' keys. */
    @ConfigMapping(prefix = "")
    interface Standalone {
        StandaloneSettings standalone();
    }

    private static final List<Section> SECTIONS = List.of(
            new Section(
                    "standalone",
                    "`bin/millrace up` reads one file with the keys of all services and these.",
                    Standalone.class),
            new Section("gateway", "", GatewaySettings.class),
            new Section("processor", "", ProcessorSettings.class),
            new Section("storage-writer", "", WriterSettings.class),
            new Section("query", "", QuerySettings.class),
            new Section("setup", "The set-up step of the compose stack.", SetupSettings.class));

    @Test
    void shouldSayWhatTheMappingsSay() throws IOException {
        // given
        Path page = House.root().resolve("docs/configuration.md");
        String rendered = ConfigurationDocument.render(SECTIONS);
        if (Boolean.getBoolean("millrace.docs.update")) {
            Files.writeString(page, rendered);
        }

        // when
        String written = Files.readString(page);

        // then
        assertThat(written)
                .as("docs/configuration.md; write it anew with -Dmillrace.docs.update=true")
                .isEqualTo(rendered);
    }
}
