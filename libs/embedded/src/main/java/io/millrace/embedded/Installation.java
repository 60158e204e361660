package io.millrace.embedded;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the classpaths of the child processes are: below the folder named by the system property {@value #HOME}, which
 * is the root of the repository. {@code bin/millrace} sets it, and so does the build for tests. Stateless.
 */
final class Installation {

    static final String HOME = "millrace.home";

    private Installation() {}

    /**
     * The classpath of one child: its libraries and its own jar.
     *
     * @param module such as {@code embedded-kafka}
     * @throws NodeException if the property is not set or the module has not been built
     */
    static String classpath(String module) {
        String home = System.getProperty(HOME);
        if (home == null) {
            throw new NodeException("the system property " + HOME + " is not set: give the root folder of Millrace, -D"
                    + HOME + "=<folder>");
        }
        Path target = Path.of(home, "libs", module, "target").toAbsolutePath();
        Path jar = target.resolve("millrace-" + module + ".jar");
        if (!Files.isDirectory(target.resolve("lib")) || !Files.isRegularFile(jar)) {
            throw new NodeException("libs/" + module + " is not built below " + home + ": run mvn -Dquick -pl libs/"
                    + module + " package there");
        }
        return jar + File.pathSeparator + target.resolve("lib") + File.separator + "*";
    }
}
