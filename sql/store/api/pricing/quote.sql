-- What these goods would cost, sent there: POST /quotes, for everybody.
-- Changes nothing. What stands against an order is told in problems[].
-- Coupons are asked about apart (check_coupon), where the rate is low.

create or replace function api.quote(body jsonb)
    returns table (_body jsonb)
language plpgsql stable security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
begin
    return query select core.quote(quote.body, null, null);
end
$$;
