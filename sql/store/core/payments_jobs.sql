-- The job that looks after a payment until nothing more can come of it: its
-- handler is in the gateway. Attempts that find the provider away do not
-- count, so the delays are for mistakes of our own.

do $$
begin
    perform core.job_kind_put('payment_reconcile', false, concurrency => 16,
                              delays => '{5 s,30 s,2 min,10 min,30 min,1 h,
                                          3 h,6 h,12 h,12 h,12 h,12 h}');
end
$$;
