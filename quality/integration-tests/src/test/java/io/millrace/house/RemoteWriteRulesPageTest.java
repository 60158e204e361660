package io.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page says by which test each rule is held: the tests must be there. */
final class RemoteWriteRulesPageTest {
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?`");

    @Test
    void shouldNameTestsThatExist() throws IOException {
        // given
        String page = Files.readString(House.root().resolve("docs/remote-write-rules.md"));
        List<MatchResult> named = TEST.matcher(page).results().toList();

        // when
        Map<String, String> tests = tests();
        List<String> missing = named.stream()
                .filter(test -> !tests.getOrDefault(test.group(1), "")
                        .contains(test.group(2) == null ? test.group(1) : " " + test.group(2) + "("))
                .map(MatchResult::group)
                .toList();

        // then
        assertThat(named).isNotEmpty();
        assertThat(missing).isEmpty();
    }

    /** The source of each test class by its name. */
    private static Map<String, String> tests() throws IOException {
        Map<String, String> tests = new HashMap<>();
        Files.walkFileTree(House.root(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = String.valueOf(folder.getFileName());
                boolean sources = !name.startsWith(".") && !name.equals("target") && !name.equals("node_modules");
                return sources || folder.equals(House.root()) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = String.valueOf(file.getFileName());
                if (name.matches(".*(Test|IT)\\.java")) {
                    tests.merge(name.replace(".java", ""), Files.readString(file), String::concat);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return tests;
    }
}
