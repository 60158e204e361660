package io.millrace.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may depend on whom, as docs/architecture.md says it. */
@AnalyzeClasses(packages = "io.millrace", importOptions = ImportOption.DoNotIncludeTests.class)
final class HouseRulesTest {
    private static final String[] SERVICES = {
        "io.millrace.gateway..", "io.millrace.processor..", "io.millrace.writer..", "io.millrace.query.."
    };

    @ArchTest
    static final ArchRule shouldKeepModelOnTheJdkAlone = classes()
            .that()
            .resideInAPackage("io.millrace.model..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "io.millrace.model..", "org.jspecify..");

    @ArchTest
    static final ArchRule shouldKeepModelAndPromqlFreeOfIo = noClasses()
            .that()
            .resideInAnyPackage("io.millrace.model..", "io.millrace.promql..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka..",
                    "com.datastax..",
                    "org.eclipse.jetty..",
                    "com.fasterxml.jackson.databind..",
                    "com.google.protobuf..",
                    "java.net..",
                    "java.sql..");

    @ArchTest
    static final ArchRule shouldSeeTheCassandraDriverInStorageCassandraOnly = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.millrace.storage.cassandra..", "io.millrace.embedded..", "io.millrace.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.datastax..");

    @ArchTest
    static final ArchRule shouldSeeKafkaStreamsInProcessorOnly = noClasses()
            .that()
            .resideOutsideOfPackage("io.millrace.processor..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.streams..");

    @ArchTest
    static final ArchRule shouldSeeJettyInHttpServersOnly = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.millrace.gateway..",
                    "io.millrace.query..",
                    "io.millrace.runtime..",
                    "io.millrace.writer..",
                    "io.millrace.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.jetty..");

    @ArchTest
    static final ArchRule shouldKeepIngestionFreeOfStorage = noClasses()
            .that()
            .resideInAnyPackage("io.millrace.gateway..", "io.millrace.processor..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.millrace.storage..");

    @ArchTest
    static final ArchRule shouldKeepLibrariesFreeOfServices = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.millrace.model..",
                    "io.millrace.wire..",
                    "io.millrace.runtime..",
                    "io.millrace.storage..",
                    "io.millrace.promql..",
                    "io.millrace.embedded..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SERVICES);

    /** They speak to any Millrace over HTTP, and start quickly because they load little. */
    @ArchTest
    static final ArchRule shouldKeepCommandsFreeOfEverythingElse = classes()
            .that()
            .resideInAPackage("io.millrace.cli..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "io.millrace.cli..",
                    "com.fasterxml.jackson..",
                    "org.yaml.snakeyaml..",
                    "picocli..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule shouldKeepServicesApart = slices().matching("io.millrace.(gateway|processor|writer|query)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule shouldHaveNoDrawerForEverything =
            noClasses().should().resideInAnyPackage("..util..", "..common..", "..helper..", "..impl..", "..manager..");
}
