-- Why a coupon can never count for somebody, whatever he buys; null when it
-- can. One that is off or has not begun is one that does not exist.

create or replace function core.coupon_problem(asked text, customer uuid)
    returns text
language sql stable as $$
    select nullif(coalesce((
        select case when not p.active or now() < p.starts_at
                    then 'coupon_unknown'
                    when now() >= p.ends_at then 'coupon_expired'
                    when u.used >= p.total_limit then 'coupon_exhausted'
                    when p.customer_limit <= core.promotion_uses(p.id,
                                                                 customer)
                    then 'coupon_used'
                    else '' end
        from core.promotion p
        left join core.promotion_use u on u.promotion_id = p.id
        where p.code = asked), 'coupon_unknown'), '')
$$;
