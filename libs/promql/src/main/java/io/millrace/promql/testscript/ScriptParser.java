package io.millrace.promql.testscript;

import io.millrace.promql.format.Durations;
import io.millrace.promql.lex.Lexer;
import io.millrace.promql.lex.StringLiterals;
import io.millrace.promql.lex.Token;
import io.millrace.promql.lex.TokenType;
import io.millrace.promql.testscript.Command.Eval;
import io.millrace.promql.testscript.Command.Load;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a script. One use. */
final class ScriptParser {
    private static final Pattern LOAD = Pattern.compile("load(_with_nhcb)?\\s+(.+?)");
    private static final Pattern INSTANT =
            Pattern.compile("eval(?:_(fail|warn|ordered|info))?\\s+instant\\s+(?:at\\s+(.+?)\\s+)?(.+)");
    private static final Pattern RANGE = Pattern.compile(
            "eval(?:_(fail|warn|info))?\\s+range\\s+from\\s+(.+?)\\s+to\\s+(.+?)\\s+step\\s+(.+?)\\s+(.+)");
    private static final Pattern NEXT_COMMAND =
            Pattern.compile("(?:eval(?:_[a-z]+)?\\s+(?:instant|range)\\s.*|load(?:_with_nhcb)?\\s+\\d\\w*|clear)");

    private final String[] lines;
    private int next;

    private ScriptParser(String[] lines) {
        this.lines = lines;
    }

    /** What cannot be read is a {@link Command.Broken}; what follows it is read all the same. */
    static List<Command> parse(String script) {
        String[] lines = script.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            lines[i] = line.startsWith("#") ? "" : line;
        }
        return new ScriptParser(lines).commands();
    }

    private List<Command> commands() {
        List<Command> commands = new ArrayList<>();
        while (next < lines.length) {
            String line = lines[next++];
            if (line.isEmpty()) {
                continue;
            }
            int number = next;
            String word = line.toLowerCase(Locale.ROOT);
            try {
                if (word.equals("clear")) {
                    commands.add(new Command.Clear(number));
                } else if (word.startsWith("load")) {
                    commands.add(load(line, number));
                } else if (word.startsWith("eval")) {
                    commands.add(eval(line, number));
                } else {
                    throw new IllegalArgumentException("no command: " + line);
                }
            } catch (ScriptException e) {
                commands.add(broken(number, line, e));
            } catch (RuntimeException e) {
                commands.add(broken(number, line, new ScriptException(number, e.getMessage() + " in: " + line)));
            }
        }
        return commands;
    }

    private Command broken(int number, String line, ScriptException e) {
        while (blockGoesOn()) {
            next++;
        }
        return new Command.Broken(number, line, String.valueOf(e.getMessage()));
    }

    /** Whether the next line belongs to the current command: a blank line or another command ends it. */
    private boolean blockGoesOn() {
        return next < lines.length
                && !lines[next].isEmpty()
                && !NEXT_COMMAND.matcher(lines[next]).matches();
    }

    private Load load(String line, int number) {
        Matcher matcher = LOAD.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("load[_with_nhcb] <interval> expected");
        }
        List<SeriesNotation> series = new ArrayList<>();
        while (blockGoesOn()) {
            series.add(series(lines[next], next + 1));
            next++;
        }
        return new Load(number, Durations.parse(matcher.group(2)), matcher.group(1) != null, series);
    }

    private static SeriesNotation series(String line, int number) {
        try {
            return SeriesNotation.parse(line);
        } catch (RuntimeException e) {
            throw new ScriptException(number, e.getMessage() + " in: " + line);
        }
    }

    private Eval eval(String line, int number) {
        Matcher instant = INSTANT.matcher(line);
        if (instant.matches()) {
            String at = instant.group(2);
            long time = at == null ? 0 : time(at);
            ExpectationBuilder expectation = new ExpectationBuilder(instant.group(1));
            expectations(expectation);
            return new Eval(number, instant.group(3), time, time, 0, expectation.build());
        }
        Matcher range = RANGE.matcher(line);
        if (!range.matches()) {
            throw new IllegalArgumentException(
                    "eval instant at <t> <query>" + " or eval range from <t> to <t> step <d> <query> expected");
        }
        ExpectationBuilder expectation = new ExpectationBuilder(range.group(1));
        expectations(expectation);
        return new Eval(
                number,
                range.group(5),
                time(range.group(2)),
                time(range.group(3)),
                time(range.group(4)),
                expectation.build());
    }

    static long time(String text) {
        return text.startsWith("-") ? -Durations.parse(text.substring(1)) : Durations.parse(text);
    }

    private void expectations(ExpectationBuilder expectation) {
        while (blockGoesOn()) {
            String line = lines[next];
            int number = ++next;
            try {
                if (!expectation.accept(line)) {
                    SeriesNotation series = series(line, number);
                    expectation.series(series.labels(), series.points());
                } else if (expectation.complete()) {
                    return;
                }
            } catch (ScriptException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new ScriptException(number, e.getMessage() + " in: " + line);
            }
        }
    }

    /** The content of a quoted string that is the whole text. */
    static String unquote(String text) {
        List<Token> tokens = Lexer.tokens(text);
        if (tokens.size() != 2 || tokens.get(0).type() != TokenType.STRING) {
            throw new IllegalArgumentException("a quoted string expected");
        }
        return StringLiterals.unquote(tokens.get(0).text());
    }
}
