-- Forgets all sales, to be fed again by the store (core.sales_requeue there).

create or replace function core.sales_empty() returns void
language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext('core.sale'));
    truncate core.sale, core.sales_day, core.label;
end
$$;
