package io.millrace.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.GatewayService;
import io.millrace.gateway.GatewaySettings;
import io.millrace.model.TenantId;
import io.millrace.model.TenantLimits;
import io.millrace.query.InstanceRetention;
import io.millrace.query.QueryService;
import io.millrace.query.QuerySettings;
import io.millrace.runtime.config.Configuration;
import io.millrace.runtime.control.Bootstrap;
import io.millrace.runtime.control.ControlPublisher;
import io.millrace.runtime.control.ControlTables;
import io.millrace.runtime.control.Instance;
import io.millrace.runtime.kafka.TopicAdmin;
import io.millrace.storage.cassandra.CassandraStore;
import io.millrace.testkit.TestKafka;
import io.millrace.testkit.generator.MachineTarget;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A gateway and two query services, each with its own copy of the topic {@code control}, while nothing listens where
 * Cassandra should be: changes made through the admin API of one are in force at the others.
 */
class ControlPlaneIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What is promised; asserted of the median, since a machine that tests can stand still for a while. */
    private static final Duration PROMISE = Duration.ofSeconds(2);

    private static final List<AutoCloseable> started = new ArrayList<>();
    private static final Map<String, String> kafka = Map.of(
            "BOOTSTRAP_SERVERS", TestKafka.bootstrapServers(),
            "TOPIC_PREFIX", "control-plane-" + UUID.randomUUID() + "-",
            "PARTITIONS", "2",
            "REPLICATION_FACTOR", "1",
            "MIN_IN_SYNC_REPLICAS", "1");
    private static GatewayService gateway;
    private static QueryService query;
    private static QueryService other;
    private static Bootstrap.FirstAccess first;

    @BeforeAll
    static void start() throws Exception {
        GatewaySettings settings = Configuration.load(
                GatewaySettings.class,
                null,
                environment(
                        "GATEWAY", Map.of("INTERNAL_HOST", "127.0.0.1", "INTERNAL_PORT", "0", "INTERNET_PORT", "0")));
        TopicAdmin.ensure(settings.kafka());
        Clock clock = Clock.systemUTC();
        ControlTables control = tables(settings);
        try (ControlPublisher publisher = new ControlPublisher(settings.kafka(), "control-plane-it")) {
            await().atMost(PATIENCE).until(control::ready);
            first = Bootstrap.run(
                            control,
                            publisher,
                            clock,
                            new Instance(
                                    new TenantId("shop"),
                                    "main",
                                    "Shop",
                                    "eu",
                                    Map.of(),
                                    Instance.Status.RUNNING,
                                    15,
                                    TenantLimits.DEFAULT,
                                    clock.instant()))
                    .orElseThrow();
        }
        gateway = new GatewayService(settings, control.state(), new SimpleMeterRegistry(), clock);
        started.add(gateway);
        gateway.start();
        query = query(settings, true);
        other = query(settings, true);
        String key = basic(first.key().id(), first.secret().reveal());
        await().atMost(PATIENCE).until(() -> write("shop", key) == 204);
        await().atMost(PATIENCE)
                .until(() -> read(query, "shop", key, "1") == 200 && read(other, "shop", key, "1") == 200);
    }

    private static ControlTables tables(GatewaySettings settings) {
        ControlTables control = new ControlTables(settings.kafka(), Clock.systemUTC());
        started.add(control);
        control.start();
        return control;
    }

    /** @param follow whether it reads the topic control */
    private static QueryService query(GatewaySettings gatewaySettings, boolean follow) throws Exception {
        QuerySettings settings = Configuration.load(
                QuerySettings.class,
                null,
                environment(
                        "QUERY",
                        Map.of(
                                "HTTP_HOST", "127.0.0.1",
                                "HTTP_PORT", "0",
                                "ADDRESSES_WRITE_INTERNET", "https://write.example.org",
                                "ADDRESSES_QUERY_INTERNAL", "http://query:9203",
                                "CASSANDRA_CONTACT_POINTS", "127.0.0.1:1",
                                "CASSANDRA_REPLICATION_FACTOR", "1")));
        ControlTables control =
                follow ? tables(gatewaySettings) : new ControlTables(gatewaySettings.kafka(), Clock.systemUTC());
        CassandraStore store = new CassandraStore(
                settings.cassandra(), new InstanceRetention(control), "control-plane-it", new SimpleMeterRegistry());
        QueryService service = new QueryService(settings, store, control, new SimpleMeterRegistry(), Clock.systemUTC());
        started.add(service);
        service.start();
        return service;
    }

    private static Map<String, String> environment(String process, Map<String, String> own) {
        Map<String, String> environment = new HashMap<>();
        kafka.forEach((key, value) -> environment.put("MILLRACE_" + process + "_KAFKA_" + key, value));
        own.forEach((key, value) -> environment.put("MILLRACE_" + process + "_" + key, value));
        return environment;
    }

    @AfterAll
    static void stop() throws Exception {
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).close();
        }
    }

    @Test
    void shouldBeInForceAtOtherProcessesWithinTwoSeconds() throws Exception {
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            // a new key is taken by both others
            JsonNode made = admin(201, "POST", "keys", "{\"userId\":\"admin\"}");
            String id = made.get("id").asText();
            String key = basic(id, made.get("secret").asText());
            delays.add(until(() -> write("shop", key), 204));
            delays.add(until(() -> read(other, "shop", key, "1"), 200));

            // a disabled one by none
            admin(200, "PATCH", "keys/" + id, "{\"enabled\":false}");
            delays.add(until(() -> write("shop", key), 401));
            delays.add(until(() -> read(other, "shop", key, "1"), 401));
            admin(200, "DELETE", "keys/" + id, "");

            // a stopped instance takes nothing
            String admin = basic(first.key().id(), first.secret().reveal());
            admin(200, "PATCH", "instances/shop", "{\"status\":\"stopped\"}");
            delays.add(until(() -> write("shop", admin), 403));
            admin(200, "PATCH", "instances/shop", "{\"status\":\"running\"}");
            delays.add(until(() -> write("shop", admin), 204));
        }
        List<Duration> sorted = delays.stream().sorted().toList();
        assertThat(sorted.get(sorted.size() / 2)).as("%s", sorted).isLessThan(PROMISE);
        System.out.println("propagation of " + sorted.size() + " changes: median "
                + sorted.get(sorted.size() / 2).toMillis() + " ms, longest "
                + sorted.get(sorted.size() - 1).toMillis() + " ms");
    }

    @Test
    void shouldTakeCallersFromListedNetworksWithoutAKey() throws Exception {
        // given
        admin(201, "POST", "instances", "{\"id\":\"open\"}");
        until(() -> write("open", ""), 401);
        assertThat(read(query, "open", "", "1")).isEqualTo(401);

        // when
        admin(200, "PATCH", "instances/open", "{\"writeFrom\":[\"127.0.0.0/8\"],\"readFrom\":[\"10.0.0.0/8\"]}");

        // then: written from here, read from elsewhere only; a wrong key is wrong all the same
        until(() -> write("open", ""), 204);
        assertThat(read(query, "open", "", "1")).isEqualTo(401);
        assertThat(write("open", basic("MKNOBODY", "x"))).isEqualTo(401);
        admin(200, "PATCH", "instances/open", "{\"writeFrom\":[],\"readFrom\":[\"127.0.0.0/8\"]}");
        until(() -> write("open", ""), 401);
        until(() -> read(other, "open", "", "1"), 200);
    }

    @Test
    void shouldAuthenticateAndAdministerWithoutCassandraAndSay503ForWhatIsStored() throws Exception {
        String key = basic(first.key().id(), first.secret().reveal());

        assertThat(read(query, "shop", key, "1%2B1")).isEqualTo(200);
        assertThat(read(query, "shop", basic(first.key().id(), "wrong"), "1")).isEqualTo(401);
        assertThat(send(query, "/prometheus/shop/api/v1/rejections", key)).isEqualTo(503);
        assertThat(send(query, "/prometheus/shop/api/v1/usage", key)).isEqualTo(503);
        assertThat(admin(200, "GET", "instances/shop", "").get("id").asText()).isEqualTo("shop");
    }

    @Test
    void shouldSay503AndNot401BeforeAllAccountsHaveBeenRead() throws Exception {
        // given: a process whose copy of the topic is not read
        QueryService early = query(settings(), false);
        String key = basic(first.key().id(), first.secret().reveal());

        assertThat(read(early, "shop", key, "1")).isEqualTo(503);
        assertThat(send(early, "/admin/v1/accounts", key)).isEqualTo(503);
    }

    @Test
    void shouldListPageByPageAndFilter() throws Exception {
        // given
        admin(201, "POST", "accounts", "{\"id\":\"many\"}");
        for (int i = 0; i < 5; i++) {
            admin(
                    201,
                    "POST",
                    "instances",
                    "{\"id\":\"many-" + i + "\",\"accountId\":\"many\",\"name\":\"Shop No " + i + "\",\"region\":\""
                            + (i % 2 == 0 ? "eu" : "us") + "\",\"tags\":{\"team\":\"t" + i + "\"}}");
        }

        // when
        List<String> found = new ArrayList<>();
        String token = "";
        do {
            JsonNode page = admin(200, "GET", "instances?account=many&maxResults=2&nextToken=" + token, "");
            page.get("items").forEach(each -> found.add(each.get("id").asText()));
            assertThat(page.get("total").asInt()).isEqualTo(5);
            token = page.path("nextToken").asText("");
        } while (!token.isEmpty());

        // then
        assertThat(found).containsExactly("many-0", "many-1", "many-2", "many-3", "many-4");
        assertThat(count("instances?account=many&region=us")).isEqualTo(2);
        assertThat(count("instances?name=SHOP%20no%203")).isEqualTo(1);
        assertThat(count("instances?id=many-1&id=many-4&id=nobody")).isEqualTo(2);
        assertThat(count("instances?tag=team%3Dt2")).isEqualTo(1);
        assertThat(count("instances?account=many&tag=team&tag=other")).isZero();
        assertThat(count("instances?account=many&status=stopped")).isZero();
        assertThat(admin(400, "GET", "instances?colour=red", "")
                        .at("/error/message")
                        .asText())
                .startsWith("colour: there is no such parameter");
        admin(400, "GET", "instances?status=asleep", "");
        admin(400, "GET", "instances?nextToken=%25", "");
        admin(400, "GET", "instances?maxResults=0", "");
    }

    @Test
    void shouldShowTheAddressesOfAnInstance() throws Exception {
        JsonNode shop = admin(200, "GET", "instances/shop", "");

        assertThat(shop.at("/addresses/internet/write").asText())
                .isEqualTo("https://write.example.org/prometheus/shop/api/v1/write");
        assertThat(shop.at("/addresses/internal/query").asText()).isEqualTo("http://query:9203/prometheus/shop");
        assertThat(shop.at("/addresses/internal/write").isNull()).isTrue();
        assertThat(shop.at("/paths/read").asText()).isEqualTo("/prometheus/shop/api/v1/read");
    }

    @Test
    void shouldRefuseRulesThatMakeNoSenseWhenTheyAreSet() throws Exception {
        // given
        admin(201, "POST", "instances", "{\"id\":\"ruled\"}");

        // when
        JsonNode refused = admin(
                400, "PUT", "instances/ruled/processing", "{\"relabel\":[{\"action\":\"keep\",\"regex\":\"(\"}]}");

        // then
        assertThat(refused.at("/error/message").asText()).contains("relabel").contains("(");
        admin(400, "PUT", "instances/ruled/processing", "{\"relabel\":[{\"action\":\"explode\"}]}");
        admin(400, "PUT", "instances/ruled/processing", "{\"ha\":{\"clusterLabel\":\"a\",\"replicaLabel\":\"a\"}}");
        JsonNode set = admin(
                200,
                "PUT",
                "instances/ruled/processing",
                "{\"dropMetrics\":[\"go_.*\"],\"ha\":{\"clusterLabel\":\"c\",\"replicaLabel\":\"r\",\"failover\":\"45s\"}}");
        assertThat(set.at("/ha/failover").asText()).isEqualTo("PT45S");
        admin(200, "DELETE", "instances/ruled/processing", "");
        assertThat(admin(200, "GET", "instances/ruled/processing", "").get("dropMetrics"))
                .isEmpty();
        await().atMost(PATIENCE)
                .until(() -> admin(200, "GET", "audit?target=processing/ruled", "")
                                .get("items")
                                .size()
                        == 2);
    }

    @Test
    void shouldApplyADocumentAsAWholeOrNotAtAll() throws Exception {
        // given
        String document = """
                {"version":1,"accounts":[{"id":"acme","name":"Acme Ltd",
                  "instances":[{"id":"acme-prod","retentionDays":90,"processing":{"dropMetrics":["go_.*"]}}],
                  "users":[{"id":"acme-agent","policies":[{"level":"write","instances":["acme-prod"]}]}]}]}
                """;

        // when: only tried, and broken
        JsonNode plan = admin(200, "POST", "apply?dryRun=true", document);
        JsonNode broken = admin(
                400, "POST", "apply", document.replace("go_.*", "(").replace("\"level\":\"write\"", "\"level\":\"w\""));

        // then
        assertThat(plan.get("changes")).hasSize(4);
        assertThat(broken.at("/error/problems/0/path").asText()).isEqualTo("accounts[0].users[0].policies[0].level");
        assertThat(broken.at("/error/problems/1/path").asText()).isEqualTo("accounts[0].instances[0].processing");
        admin(404, "GET", "accounts/acme", "");

        // when: for good, with keys
        JsonNode done = admin(200, "POST", "apply?createMissingKeys=true", document);

        // then: the key works at the gateway, and doing it again changes nothing
        String key =
                basic(done.at("/keys/0/id").asText(), done.at("/keys/0/secret").asText());
        until(() -> write("acme-prod", key), 204);
        JsonNode again = admin(200, "POST", "apply?createMissingKeys=true&prune=true", document);
        assertThat(again.get("changes")).isEmpty();
        assertThat(again.get("keys")).isEmpty();
        JsonNode exported = admin(200, "GET", "export?account=acme", "");
        assertThat(exported.toString()).doesNotContain("secret").doesNotContain("MK");
        assertThat(admin(200, "POST", "apply?prune=true", exported.toString()).get("changes"))
                .isEmpty();

        // and: who did it stands in the audit trail
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode audit = admin(200, "GET", "audit?target=user/acme-agent&action=user", "")
                    .get("items");
            assertThat(audit).hasSize(1);
            assertThat(audit.at("/0/userId").asText()).isEqualTo("admin");
            assertThat(audit.at("/0/address").asText()).isEqualTo("127.0.0.1");
        });
        JsonNode page = admin(200, "GET", "audit?maxResults=1", "");
        JsonNode next = admin(
                200,
                "GET",
                "audit?maxResults=1&nextToken=" + page.get("nextToken").asText(),
                "");
        assertThat(next.at("/items/0")).isNotEqualTo(page.at("/items/0"));
    }

    @Test
    void shouldShowATenantItsOwnThingsOnly() throws Exception {
        // given
        admin(201, "POST", "accounts", "{\"id\":\"small\"}");
        admin(
                201,
                "POST",
                "users",
                "{\"id\":\"small-admin\",\"accountId\":\"small\",\"policies\":[{\"level\":\"full\",\"instances\":[\"*\"]}]}");
        JsonNode key = admin(201, "POST", "keys", "{\"userId\":\"small-admin\"}");
        String small = basic(key.get("id").asText(), key.get("secret").asText());

        // then
        assertThat(JSON.readTree(body(small, "GET", "accounts", "")).at("/items"))
                .hasSize(1);
        assertThat(JSON.readTree(body(small, "GET", "self", "")).get("operator").asBoolean())
                .isFalse();
        assertThat(JSON.readTree(body(small, "GET", "export", "")).at("/accounts"))
                .hasSize(1);
        assertThat(body(small, "GET", "instances/shop", "")).contains("there is no instance 'shop'");
        assertThat(body(small, "POST", "accounts", "{\"id\":\"x\"}")).contains("forbidden");
        assertThat(body(small, "POST", "apply", "{\"version\":1,\"accounts\":[{\"id\":\"main\",\"name\":\"Mine\"}]}"))
                .contains("only an administrator of the operator's account");
        assertThat(body(small, "DELETE", "users/small-admin", "")).contains("is you");
    }

    private static int count(String path) throws Exception {
        return admin(200, "GET", path, "").get("items").size();
    }

    private static GatewaySettings settings() {
        return Configuration.load(GatewaySettings.class, null, environment("GATEWAY", Map.of()));
    }

    /** How long it takes until the status is this one. */
    private static Duration until(IntSupplier status, int wanted) {
        long start = System.nanoTime();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> status.getAsInt() == wanted);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static JsonNode admin(int status, String method, String path, String body) throws Exception {
        HttpResponse<String> response =
                exchange(basic(first.key().id(), first.secret().reveal()), method, path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }

    private static String body(String authorization, String method, String path, String body) throws Exception {
        return exchange(authorization, method, path, body).body();
    }

    private static HttpResponse<String> exchange(String authorization, String method, String path, String body)
            throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + query.port() + "/admin/v1/" + path))
                        .header("Authorization", authorization)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static int read(QueryService service, String instance, String authorization, String expression) {
        return send(service, "/prometheus/" + instance + "/api/v1/query?query=" + expression, authorization);
    }

    private static int send(QueryService service, String path, String authorization) {
        return status(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path)), authorization);
    }

    private static int write(String instance, String authorization) {
        RemoteWriteRequest request = new MachineTarget(1).scrape(System.currentTimeMillis());
        return status(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.internalPort() + "/prometheus/"
                                + instance + "/api/v1/write"))
                        .header("Content-Type", RemoteWriteRequest.CONTENT_TYPE_1)
                        .header("Content-Encoding", "snappy")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(RemoteWriteRequest.snappy(request.version1()))),
                authorization);
    }

    private static int status(HttpRequest.Builder request, String authorization) {
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        try {
            int status = HTTP.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            return status == 429 ? 401 : status; // after many failures: refused all the same
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String basic(String id, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }
}
