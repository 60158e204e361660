package io.millrace.storage;

/** The parts of one store; what is written to one is seen by the others. Thread-safe. */
public interface Store {
    ChunkStore chunks();

    MergeStore merges();

    DeletionStore deletions();

    SeriesRegistry series();

    MetadataStore metadata();

    ExemplarStore exemplars();

    RejectionLedger rejections();

    UsageStore usage();

    ProgressStore progress();
}
