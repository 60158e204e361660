package io.millrace.query.api;

import io.millrace.query.http.Routes;

/** What a tenant can ask about its own sending, beside the Prometheus API. Thread-safe. */
public record TenantReports(RejectionsEndpoint rejections, UsageEndpoint usage) {
    Routes.Builder addTo(Routes.Builder routes) {
        return routes.get("api/v1/rejections", rejections::rejections).get("api/v1/usage", usage::usage);
    }
}
