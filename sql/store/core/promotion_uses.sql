-- How often a customer has redeemed a coupon.

create or replace function core.promotion_uses(promotion bigint,
                                               customer uuid)
    returns bigint
language plpgsql stable as $$
begin
    return (select count(*) from core.order_promotion u
            where u.customer_id = customer and u.promotion_id = promotion
                  and u.code is not null and u.released_at is null);
end
$$;
