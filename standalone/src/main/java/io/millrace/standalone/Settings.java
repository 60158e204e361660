package io.millrace.standalone;

import io.millrace.gateway.GatewaySettings;
import io.millrace.processor.ProcessorSettings;
import io.millrace.query.QuerySettings;
import io.millrace.writer.WriterSettings;
import io.smallrye.config.ConfigMapping;

/** One file for everything: the keys of each service as in its own file, and those of the standalone process. */
@ConfigMapping(prefix = "")
public interface Settings {

    /** Nodes, first instance, what it needs of the machine. */
    StandaloneSettings standalone();

    GatewaySettings gateway();

    ProcessorSettings processor();

    WriterSettings writer();

    QuerySettings query();
}
