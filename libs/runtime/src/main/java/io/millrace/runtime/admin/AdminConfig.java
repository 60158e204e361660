package io.millrace.runtime.admin;

import io.millrace.runtime.config.Doc;
import io.millrace.runtime.config.Range;
import io.smallrye.config.WithDefault;

/** Where the admin endpoint listens; a group {@code admin} in the mapping of each process. */
public interface AdminConfig {
    @Doc("Address the admin endpoint listens on. It has no authentication: 0.0.0.0 belongs in a private network only.")
    @WithDefault("127.0.0.1")
    String host();

    @Doc("Port of the admin endpoint (/live, /ready, /metrics); 0 takes a free one.")
    @WithDefault("0")
    @Range(min = "0", max = "65535")
    int port();
}
