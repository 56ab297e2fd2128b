-- The kinds of jobs: those done in SQL (true) are told in
-- api/jobs/job_<kind>.sql, the others have a handler of the gateway.

do $$
begin
    perform core.job_kind_put('order_expiry', true, every => '30 seconds',
                              concurrency => 1);
    perform core.job_kind_put('job_forget', true, every => '1 minute',
                              concurrency => 1);
    perform core.job_kind_put('request_forget', true, every => '1 minute',
                              concurrency => 1);
    perform core.job_kind_put('partitions', true, every => '6 hours',
                              concurrency => 1);
    perform core.job_kind_put('webhook', false, concurrency => 32,
        delays => '{5 s,5 min,30 min,2 h,5 h,10 h,14 h,20 h,24 h}');
    perform core.job_kind_put('webhook_forget', true, every => '10 minutes',
                              concurrency => 1);
    perform core.job_kind_put('mail', false, concurrency => 8,
        delays => '{10 s,30 s,1 min,1 min,2 min,2 min,4 min,4 min,10 min,'
                  '30 min,1 h,2 h,4 h,8 h,12 h,24 h}');
    perform core.job_kind_put('stock_alert', true, every => '5 minutes',
                              concurrency => 1);
    perform core.job_kind_put('stock_supply', true);
    perform core.job_kind_put('stock_notice', true);
    perform core.job_kind_put('media_forget', false, every => '1 hour',
                              concurrency => 1);
end
$$;
