package io.millrace.query.api;

import io.millrace.query.http.ApiAnswer;
import io.millrace.query.http.Routes;
import io.millrace.query.index.SeriesIndex;
import io.millrace.storage.MetadataStore;
import java.time.Instant;

/** What stands below {@code /prometheus/{instance}/}. */
public final class PrometheusRoutes {
    private PrometheusRoutes() {}

    /** All routes. */
    public static Routes of(
            PromqlAccess access,
            SeriesIndex index,
            MetadataStore metadata,
            ExemplarEndpoint exemplars,
            TenantReports reports,
            DeletionEndpoint deletions,
            QueryMeters meters,
            Instant started) {
        return reading(access, index, metadata, exemplars, reports, meters, started)
                .administer("api/v1/admin/tsdb/delete_series", deletions::answer)
                .build();
    }

    /** Those that change nothing. */
    public static Routes of(
            PromqlAccess access,
            SeriesIndex index,
            MetadataStore metadata,
            ExemplarEndpoint exemplars,
            TenantReports reports,
            QueryMeters meters,
            Instant started) {
        return reading(access, index, metadata, exemplars, reports, meters, started)
                .build();
    }

    private static Routes.Builder reading(
            PromqlAccess access,
            SeriesIndex index,
            MetadataStore metadata,
            ExemplarEndpoint exemplars,
            TenantReports reports,
            QueryMeters meters,
            Instant started) {
        QueryEndpoints queries = new QueryEndpoints(access, meters);
        SeriesEndpoints series = new SeriesEndpoints(access, index);
        StatusEndpoints status = new StatusEndpoints(access, index, started);
        LanguageEndpoints language = new LanguageEndpoints(access);
        return reports.addTo(Routes.builder())
                .getOrPost("api/v1/query", queries::instant)
                .getOrPost("api/v1/query_range", queries::range)
                .getOrPost("api/v1/query_exemplars", exemplars::exemplars)
                .getOrPost("api/v1/format_query", language::format)
                .getOrPost("api/v1/parse_query", language::parse)
                .getOrPost("api/v1/series", series::series)
                .getOrPost("api/v1/labels", series::labels)
                .post("api/v1/read", new RemoteReadEndpoint(access, meters)::read)
                .get("federate", new FederateEndpoint(access, meters)::federate)
                .get("api/v1/label/", "/values", series::values)
                .get("api/v1/metadata", new MetadataEndpoint(metadata)::metadata)
                .immediate("api/v1/rules", EmptyEndpoints::rules)
                .immediate("api/v1/alerts", EmptyEndpoints::alerts)
                .immediate("api/v1/alertmanagers", EmptyEndpoints::alertmanagers)
                .immediate("api/v1/targets", EmptyEndpoints::targets)
                .immediate("api/v1/targets/metadata", EmptyEndpoints::targetsMetadata)
                .immediate("api/v1/scrape_pools", EmptyEndpoints::scrapePools)
                .immediate("api/v1/status/buildinfo", status::buildInfo)
                .immediate("api/v1/status/runtimeinfo", status::runtimeInfo)
                .immediate("api/v1/status/flags", status::flags)
                .immediate("api/v1/status/config", status::config)
                .immediate("api/v1/status/walreplay", status::walReplay)
                .immediate(
                        "api/v1/features", new FeaturesEndpoint(access.engine().options())::features)
                .get("api/v1/status/tsdb", status::tsdb)
                .immediate("-/healthy", request -> ApiAnswer.text(200, "Millrace is healthy.\n"))
                .get("-/ready", request -> ApiAnswer.text(200, "Millrace is ready.\n"));
    }
}
