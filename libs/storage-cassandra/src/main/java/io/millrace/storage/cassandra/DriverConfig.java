package io.millrace.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.connection.ReconnectionPolicy;
import io.millrace.runtime.config.Secret;
import java.time.Duration;
import java.util.List;

/** The driver's configuration for our settings. A pure function; nothing is read from files. */
final class DriverConfig {
    private DriverConfig() {}

    /** A session for the data: it knows the schema, to send requests to nodes that have the rows. */
    static CqlSessionBuilder apply(CassandraSettings settings, String sessionName) {
        return connecting(settings).withConfigLoader(loader(settings, sessionName, true));
    }

    /** A session to make tables with. It does not follow the schema: that costs a second for each table. */
    static CqlSessionBuilder applyForSchema(CassandraSettings settings, String sessionName) {
        return connecting(settings).withConfigLoader(loader(settings, sessionName + "-schema", false));
    }

    private static CqlSessionBuilder connecting(CassandraSettings settings) {
        CqlSessionBuilder builder = CqlSession.builder().withLocalDatacenter(settings.datacenter());
        for (String contactPoint : settings.contactPoints()) {
            builder.addContactPoint(ContactPoints.parse(contactPoint));
        }
        if (settings.username().isPresent()) {
            builder.withAuthCredentials(
                    settings.username().get(),
                    settings.password().map(Secret::reveal).orElse(""));
        }
        return builder;
    }

    private static DriverConfigLoader loader(CassandraSettings settings, String sessionName, boolean followSchema) {
        return DriverConfigLoader.programmaticBuilder()
                .withString(DefaultDriverOption.SESSION_NAME, sessionName)
                .withDuration(DefaultDriverOption.CONFIG_RELOAD_INTERVAL, Duration.ZERO)
                .withString(
                        DefaultDriverOption.REQUEST_CONSISTENCY,
                        settings.consistency().name())
                .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, settings.requestTimeout())
                // Every statement we send can be repeated: keys and write times are functions of the data.
                .withBoolean(DefaultDriverOption.REQUEST_DEFAULT_IDEMPOTENCE, true)
                .withBoolean(DefaultDriverOption.REQUEST_LOG_WARNINGS, true)
                .withInt(DefaultDriverOption.CONNECTION_POOL_LOCAL_SIZE, settings.connectionsPerNode())
                .withInt(DefaultDriverOption.CONNECTION_MAX_REQUESTS, 2048)
                .withDuration(DefaultDriverOption.CONNECTION_CONNECT_TIMEOUT, Duration.ofSeconds(5))
                .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, Duration.ofSeconds(5))
                .withDuration(DefaultDriverOption.CONNECTION_SET_KEYSPACE_TIMEOUT, Duration.ofSeconds(5))
                .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, Duration.ofSeconds(5))
                // A paused node keeps its connections open; the heartbeat finds out.
                .withDuration(DefaultDriverOption.HEARTBEAT_INTERVAL, Duration.ofSeconds(10))
                .withDuration(DefaultDriverOption.HEARTBEAT_TIMEOUT, Duration.ofSeconds(5))
                // A restarted node is used again within seconds, not within the driver's default of a minute.
                .withClass(DefaultDriverOption.RECONNECTION_POLICY_CLASS, exponential())
                .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, Duration.ofMillis(250))
                .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, Duration.ofSeconds(5))
                .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, followSchema)
                .withDuration(DefaultDriverOption.METADATA_SCHEMA_REQUEST_TIMEOUT, Duration.ofSeconds(10))
                .withStringList(DefaultDriverOption.METADATA_SCHEMA_REFRESHED_KEYSPACES, List.of(settings.keyspace()))
                .withInt(DefaultDriverOption.NETTY_IO_SIZE, 2)
                .withInt(DefaultDriverOption.NETTY_ADMIN_SIZE, 1)
                .withBoolean(DefaultDriverOption.NETTY_DAEMON, true)
                .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
                .build();
    }

    private static Class<? extends ReconnectionPolicy> exponential() {
        return com.datastax.oss.driver.internal.core.connection.ExponentialReconnectionPolicy.class;
    }
}
