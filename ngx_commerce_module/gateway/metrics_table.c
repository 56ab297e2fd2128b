/*
 * Names and descriptions of the single numbers and of the histograms that are
 * not of an operation, a statement or a database.  Read by metrics_text.c.
 *
 * Names follow Prometheus: counters end in _total, units are seconds and
 * bytes.
 */

#include "metrics_zone.h"


const uint64_t  ngx_commerce_bounds_us[NGX_COMMERCE_BUCKETS] = {
    50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000,
    500000, 1000000, 2500000, 5000000
};

/* the same, as `le` says it */

const char *const  ngx_commerce_bounds_seconds[NGX_COMMERCE_BUCKETS] = {
    "0.00005", "0.0001", "0.00025", "0.0005", "0.001", "0.0025", "0.005",
    "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5"
};

const uint64_t  ngx_commerce_bounds_pieces[NGX_COMMERCE_BUCKETS] = {
    1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 80, 96, 112, 128
};


const ngx_commerce_metric_line_t
ngx_commerce_metric_lines[NGX_COMMERCE_METRICS] = {

    [NGX_COMMERCE_METRIC_LATE_WAIT] = {
        "commerce_waits_late_total", "",
        "Requests whose deadline passed while they waited for others.", 0, 0
    },

    [NGX_COMMERCE_METRIC_REVOCATION] = {
        "commerce_revocations_total", "",
        "Sessions and users whose tokens were revoked here.", 0, 0
    },

    [NGX_COMMERCE_METRIC_REVOKED_TOKEN] = {
        "commerce_revoked_tokens_total", "",
        "Requests refused because their token was revoked.", 0, 0
    },

    [NGX_COMMERCE_METRIC_VERIFICATION] = {
        "commerce_token_verifications_total", "",
        "Signatures of access tokens that had to be verified.", 0, 0
    },

    [NGX_COMMERCE_METRIC_ORDER_RETRY] = {
        "commerce_order_retries_total", "",
        "Orders tried again after their group was refused.", 0, 0
    },

    [NGX_COMMERCE_METRIC_JOB_WAKE] = {
        "commerce_job_wakes_total", "",
        "Looks for work because the change feed told of some.", 0, 0
    },

    [NGX_COMMERCE_METRIC_503_NOT_EXECUTED] = {
        "commerce_unavailable_total", "reason=\"not_executed\"",
        "Answers 503, by what is known of the effect.", 0, 0
    },

    [NGX_COMMERCE_METRIC_503_UNKNOWN] = {
        "commerce_unavailable_total", "reason=\"outcome_unknown\"", "", 0, 0
    },

    [NGX_COMMERCE_METRIC_503_OTHER] = {
        "commerce_unavailable_total", "reason=\"other\"", "", 0, 0
    },

    [NGX_COMMERCE_METRIC_L2_HIT] = {
        "commerce_l2_results_total", "result=\"hit\"",
        "What the cache in Redis said.", 0, 0
    },

    [NGX_COMMERCE_METRIC_L2_MISS] = {
        "commerce_l2_results_total", "result=\"miss\"", "", 0, 0
    },

    [NGX_COMMERCE_METRIC_L2_STALE] = {
        "commerce_l2_results_total", "result=\"stale\"", "", 0, 0
    },

    [NGX_COMMERCE_METRIC_L2_AWAY] = {
        "commerce_l2_results_total", "result=\"away\"", "", 0, 0
    },

    [NGX_COMMERCE_METRIC_RATE_SHARED] = {
        "commerce_rates_shared_refused_total", "",
        "Requests that a rate refused which all gateways count together.",
        0, 0
    },

    [NGX_COMMERCE_METRIC_RATE_ALONE] = {
        "commerce_rates_alone_total", "",
        "Shared rates counted here alone, for want of an answer of Redis.",
        0, 0
    },

    [NGX_COMMERCE_METRIC_L1_EVICTION] = {
        "commerce_cache_evictions_total", "",
        "Valid answers that made room for others.", 0, 0
    },

    [NGX_COMMERCE_METRIC_L1_REFUSAL] = {
        "commerce_cache_refusals_total", "",
        "Answers not kept because they are too large or there is no room.",
        0, 0
    },

    [NGX_COMMERCE_METRIC_L1_OVERTAKEN] = {
        "commerce_cache_overtaken_total", "",
        "Answers not kept because a change came before them.", 0, 0
    },

    [NGX_COMMERCE_METRIC_FLOWS] = {
        "commerce_flows", "",
        "Operations under way, background work included.", 1, 0
    },

    [NGX_COMMERCE_METRIC_ORDERS_WAITING] = {
        "commerce_orders_waiting", "",
        "Orders that wait for their group.", 1, 0
    },

    [NGX_COMMERCE_METRIC_REDIS_OPEN] = {
        "commerce_redis_circuits_open", "",
        "Workers that do without Redis because it is slow or gone.", 1, 0
    },

    [NGX_COMMERCE_METRIC_OUTBOX_PENDING] = {
        "commerce_outbox_pending", "",
        "Events of the outbox that nobody has published yet.", 1, 0
    },

    [NGX_COMMERCE_METRIC_OUTBOX_AGE] = {
        "commerce_outbox_age_seconds", "",
        "Age of the oldest event that nobody has published yet.", 1, 1
    },

    [NGX_COMMERCE_METRIC_JOBS_DUE] = {
        "commerce_jobs_due", "",
        "Jobs that are due and that nobody has taken.", 1, 0
    },

    [NGX_COMMERCE_METRIC_JOBS_AGE] = {
        "commerce_jobs_age_seconds", "",
        "How long the first of them has been due.", 1, 1
    },

    [NGX_COMMERCE_METRIC_JOBS_DEAD] = {
        "commerce_jobs_dead", "",
        "Jobs that were given up.", 1, 0
    },

    [NGX_COMMERCE_METRIC_SALES_PENDING] = {
        "commerce_analytics_pending", "",
        "Orders whose news analytics has not been told.", 1, 0
    },

    [NGX_COMMERCE_METRIC_SALES_AGE] = {
        "commerce_analytics_age_seconds", "",
        "How long the first of them has waited.", 1, 1
    },

    [NGX_COMMERCE_METRIC_PAYMENTS_PARKED] = {
        "commerce_payments_parked", "",
        "Payments, events and refunds that wait for a person.", 1, 0
    },

    [NGX_COMMERCE_METRIC_UNITS_SHORT] = {
        "commerce_stock_short_units", "",
        "Units that open orders are short of.", 1, 0
    },
};


const ngx_commerce_metric_line_t
ngx_commerce_histogram_lines[NGX_COMMERCE_HISTOGRAMS] = {

    [NGX_COMMERCE_HISTOGRAM_GROUP_SIZE] = {
        "commerce_order_group_size", "",
        "Orders committed in one transaction.", 0, 0
    },

    [NGX_COMMERCE_HISTOGRAM_GROUP_WAIT] = {
        "commerce_order_wait_seconds", "",
        "How long orders waited for their group to be sent.", 0, 1
    },

    [NGX_COMMERCE_HISTOGRAM_REDIS] = {
        "commerce_redis_command_duration_seconds", "",
        "Commands to Redis, answered or given up.", 0, 1
    },
};
