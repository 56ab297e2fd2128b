-- Forgets answers to idempotency keys of orders after their day, a piece of
-- the table at a time.

create or replace function api.job_request_forget(payload jsonb)
    returns boolean
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    return core.sweep('core.order_request', 'created_at', '25 hours', 1000);
end
$$;
