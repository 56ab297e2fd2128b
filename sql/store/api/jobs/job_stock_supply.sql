-- Gives what there is of a variant to orders that are short of it and were
-- being changed when it came in.
--
-- Locks: the orders, then levels in key order, then the product.

create or replace function api.job_stock_supply(payload jsonb)
    returns boolean
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    perform core.availability_refresh(array[
        (job_stock_supply.payload ->> 'variant_id')::bigint]);
    return false;
end
$$;
