-- Names a coupon: POST /carts/{id}/coupons. One that can never count any more
-- is refused; one that does not count yet (its minimum, other goods, an
-- account) is kept and told in problems[].
--
-- Raises: CM404 cart_not_found, CM409 cart_closed, CM412 version_mismatch,
--   CM422 coupon_unknown, CM409 coupon_expired, coupon_exhausted, coupon_used,
--   too_many_coupons.
-- Locks: the cart, then levels that it held.

create or replace function api.add_cart_coupon(id uuid, body jsonb,
                                               expected_version bigint,
                                               principal jsonb)
    returns setof api.cart
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    asked    text := upper(add_cart_coupon.body ->> 'code');
    old      core.cart := core.cart_take(add_cart_coupon.id,
                                         add_cart_coupon.principal,
                                         add_cart_coupon.expected_version);
    problem  text := core.coupon_problem(asked, old.customer_id);
begin
    if problem = 'coupon_unknown' then
        perform core.fail('coupon_unknown', 422);
    elsif problem is not null then
        perform core.fail(problem, 409);
    end if;

    if asked <> all (old.coupons) then
        if cardinality(old.coupons) >= 5 then
            perform core.fail('too_many_coupons', 409);
        end if;

        update core.cart c set coupons = c.coupons || asked
        where c.id = old.id;
        old := core.cart_changed(old.id);
    end if;

    return query select * from core.cart_answer(old, 200);
end
$$;
