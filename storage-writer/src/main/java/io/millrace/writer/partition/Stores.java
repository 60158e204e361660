package io.millrace.writer.partition;

import io.millrace.storage.ChunkStore;
import io.millrace.storage.ExemplarStore;
import io.millrace.storage.MetadataStore;
import io.millrace.storage.SeriesRegistry;

/** The parts of the store that owners write to. */
public record Stores(ChunkStore chunks, SeriesRegistry series, MetadataStore metadata, ExemplarStore exemplars) {}
