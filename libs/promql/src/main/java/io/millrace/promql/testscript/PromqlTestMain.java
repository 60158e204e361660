package io.millrace.promql.testscript;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The command {@code promqltest}: runs the scripts of folders and prints what passed and what did not. */
public final class PromqlTestMain {
    private PromqlTestMain() {}

    /** Exit code 0: everything passed. 1: something failed. 2: wrong arguments. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (arguments.length == 0 || arguments[0].startsWith("-")) {
            out.println(
                    "usage: promqltest FOLDER...\nRuns every .test script of each folder through the PromQL engine.");
            System.exit(2);
        }
        boolean clean = true;
        for (String argument : arguments) {
            Path folder = Path.of(argument);
            if (!Files.isDirectory(folder)) {
                out.println("no such folder: " + folder);
                System.exit(2);
            }
            List<FileReport> reports = new ScriptRunner().runFolder(folder);
            print(reports, out);
            clean &= !reports.isEmpty() && reports.stream().allMatch(FileReport::clean);
        }
        System.exit(clean ? 0 : 1);
    }

    static void print(List<FileReport> reports, PrintStream out) {
        int passed = 0;
        int failed = 0;
        for (FileReport report : reports) {
            for (EvalOutcome eval : report.evals()) {
                if (!eval.passed()) {
                    out.printf("%s:%d: %s%n    %s%n", report.name(), eval.line(), eval.query(), eval.failure());
                }
            }
            if (report.error() != null) {
                out.printf("%s: %s%n", report.name(), report.error());
            }
            passed += report.passed();
            failed += report.failed();
        }
        out.printf("%n%-32s %6s %6s%n", "script", "passed", "failed");
        for (FileReport report : reports) {
            out.printf(
                    "%-32s %6d %6d%s%n",
                    report.name(), report.passed(), report.failed(), report.error() == null ? "" : "  has mistakes");
        }
        out.printf("%-32s %6d %6d%n", "all", passed, failed);
    }
}
