-- What these goods would cost with a coupon: POST /coupons/check, for
-- everybody, seldom. A coupon that does not count is told in problems[]; one
-- that does not exist, is off or has not begun gives the same answer.

create or replace function api.check_coupon(body jsonb, principal jsonb)
    returns table (_body jsonb)
language plpgsql stable security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
begin
    return query
    select core.quote(check_coupon.body,
                      array[check_coupon.body ->> 'coupon'],
                      (check_coupon.principal ->> 'sub')::uuid);
end
$$;
