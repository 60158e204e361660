package io.millrace.benchmarks;

import java.time.Duration;
import java.util.List;

/** Runs a benchmark by name. */
public final class Benchmarks {
    private Benchmarks() {}

    /** @param arguments name of the benchmark, then its own arguments */
    public static void main(String[] arguments) throws Exception {
        String name = arguments.length == 0 ? "" : arguments[0];
        switch (name) {
            case "codec" ->
                CodecBenchmark.run(
                        new Stopwatch(Duration.ofMillis(1000), Duration.ofMillis(200), 5), 200_000, System.out);
            case "dense" ->
                DenseBenchmark.run(new Stopwatch(Duration.ofSeconds(3), Duration.ofMillis(500), 5), System.out);
            case "store" -> StoreBenchmark.run(System.out, 4);
            case "gateway-decode" ->
                GatewayDecodeBenchmark.run(
                        new Stopwatch(Duration.ofSeconds(6), Duration.ofMillis(500), 11), System.out);
            case "gateway" -> GatewayBenchmark.run(System.out);
            case "processor-direct" -> ProcessorDirectBenchmark.run(System.out);
            case "processor" -> ProcessorBenchmark.run(System.out, 100_000, 1_000_000);
            case "promql" ->
                PromqlBenchmark.run(
                        new Stopwatch(Duration.ofSeconds(4), Duration.ofMillis(500), 5),
                        24,
                        1,
                        arguments.length > 1 ? arguments[1] : "",
                        System.out);
            case "noisy-neighbour" -> NoisyNeighbourBenchmark.run(System.out);
            case "query" ->
                QueryBenchmark.run(System.out, arguments.length > 1 ? Double.parseDouble(arguments[1]) : 1, 15);
            case "read" -> ReadBenchmark.run(System.out, 21);
            case "store-write" -> StoreWriteBenchmark.run(System.out);
            case "writer" ->
                WriterBenchmark.run(
                        System.out,
                        arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000,
                        List.of(arguments).subList(Math.min(2, arguments.length), arguments.length));
            default -> {
                System.err.println(
                        "usage: benchmarks "
                                + "codec|dense|store|gateway-decode|gateway|processor-direct|processor|promql|noisy-neighbour|query|read|store-write|writer");
                System.exit(2);
            }
        }
    }
}
