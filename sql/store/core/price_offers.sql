-- Of core.price_one(): what promotions take off one cart. Answers those that
-- count, and the coupons that do not with their problem, each with what it
-- takes off every line.

create or replace function core.price_offers(
        lines core.price_line[], coupons text[], customer uuid,
        currency text, at timestamptz)
    returns core.price_offer[]
language plpgsql stable as $$
declare
    offers   core.price_offer[] := '{}';
    amounts  bigint[] := array(select l.unit_price * l.quantity
                               from unnest(lines) l order by l.position);
    rest     bigint[] := amounts;
    shares   bigint[];
    first    boolean := true;
    alone    boolean := false;
    p        record;
begin
    for p in
        select * from core.promotions_asked(lines, coupons, customer,
                                            currency, at)
    loop
        if p.problem is null and not first and (alone or p.exclusive) then
            p.problem := 'coupon_not_combinable';
        end if;

        shares := null;

        if p.problem is null then
            first := false;
            alone := p.exclusive;
            shares := core.price_shares(p.kind, p.rate_ppm, p.amount,
                                        p.maximum, p.covered);

            for i in 1 .. coalesce(cardinality(shares), 0) loop
                shares[i] := least(shares[i], rest[i]);
                rest[i] := rest[i] - shares[i];
            end loop;
        end if;

        if p.problem is null or p.given is not null then
            offers := offers || row(
                p.id, coalesce(p.code, p.given), p.name, p.kind,
                coalesce((select sum(s)::bigint from unnest(shares) s), 0),
                0, p.minimum, shares, p.problem)::core.price_offer;
        end if;
    end loop;

    return offers;
end
$$;


-- The promotions that are to be looked at, in the order in which they count:
-- coupons as named, then those without a code. covered has the amount of each
-- line, zero when it is not covered. One without a code that does not hold is
-- left out.
--
-- Whether a coupon does not exist, is off or has not begun is one answer: who
-- guesses learns nothing.
create or replace function core.promotions_asked(
        lines core.price_line[], coupons text[], customer uuid,
        currency text, at timestamptz)
    returns table (given text, id bigint, code text, name text, kind text,
                   rate_ppm bigint, amount bigint, maximum bigint,
                   minimum bigint, exclusive boolean, covered bigint[],
                   problem text)
language sql stable as $$
    select a.given, (a.p).id, (a.p).code, (a.p).name, (a.p).kind,
           (a.p).rate_ppm, (a.p).amount, (a.p).maximum, (a.p).minimum,
           (a.p).exclusive, c.amounts, x.problem
    from (select g.code as given, g.n, p
          from (select upper(u.code) as code, min(u.n) as n
                from unnest(promotions_asked.coupons)
                     with ordinality u(code, n)
                group by 1) g              -- each once
          left join core.promotion p on p.code = g.code
          union all
          select null, null, p
          from core.promotion p
          where p.code is null and p.active
                and coalesce(at >= p.starts_at, true)
                and coalesce(at < p.ends_at, true)
                and coalesce(p.currency = promotions_asked.currency, true)) a
    cross join lateral (
        select array_agg(case when core.promotion_covers(
                                       (a.p).product_ids,
                                       (a.p).category_ids, l.product_id)
                              then l.unit_price * l.quantity else 0 end
                         order by l.position),
               coalesce(sum(l.unit_price * l.quantity) filter (
                   where core.promotion_covers(
                             (a.p).product_ids, (a.p).category_ids,
                             l.product_id)), 0)
        from unnest(lines) l) c(amounts, base)
    left join core.promotion_use u on u.promotion_id = (a.p).id
    cross join lateral (select case
            when (a.p).id is null or not (a.p).active
                 or at < (a.p).starts_at then 'coupon_unknown'
            when at >= (a.p).ends_at then 'coupon_expired'
            when u.used >= (a.p).total_limit then 'coupon_exhausted'
            when (a.p).customer_limit is not null and customer is null
                 then 'coupon_needs_account'
            when (a.p).customer_limit <= core.promotion_uses(
                     (a.p).id, customer) then 'coupon_used'
            when c.base = 0
                 or (a.p).currency <> promotions_asked.currency
                 then 'coupon_not_applicable'
            when c.base < (a.p).minimum then 'coupon_minimum'
            end) x(problem)
    where a.given is not null or x.problem is null
    order by a.n, (a.p).priority, (a.p).id
$$;


create or replace function core.promotion_covers(
        product_ids bigint[], category_ids bigint[], product_id bigint)
    returns boolean
language plpgsql stable as $$
begin
    return product_ids is null and category_ids is null
           or coalesce(promotion_covers.product_id = any (product_ids),
                       false)
           or category_ids is not null and exists (
                  select from core.product_category m
                  join core.category c on c.id = m.category_id
                  where m.product_id = promotion_covers.product_id
                        and c.path && category_ids);
end
$$;


-- What a promotion takes off each line of these amounts.
create or replace function core.price_shares(
        kind text, rate_ppm bigint, amount bigint, maximum bigint,
        amounts bigint[])
    returns bigint[]
language plpgsql stable as $$
declare
    base    numeric := (select sum(a) from unnest(amounts) a);
    shares  bigint[];
begin
    if kind = 'free_shipping' then
        return null;
    end if;

    if kind = 'percent' then
        shares := array(
            select core.part_of(a.amount, price_shares.rate_ppm)
            from unnest(amounts) with ordinality a(amount, n)
            order by a.n);

        if coalesce((select sum(s) from unnest(shares) s) <= maximum, true)
        then
            return shares;
        end if;
    end if;

    return core.price_split(
        least(coalesce(price_shares.amount, maximum), base)::bigint, amounts);
end
$$;


-- An amount over lines, in proportion to theirs, by largest remainder: the
-- parts add up to it, and among equals the first line gets more. The lines
-- come to something.
create or replace function core.price_split(amount bigint, amounts bigint[])
    returns bigint[]
language plpgsql stable as $$
begin
    return (
        select array_agg(
                   d.whole + (d.rank <= price_split.amount - d.given)::int
                   order by d.n)
        from (select p.n, div(p.part, p.base)::bigint as whole,
                     sum(div(p.part, p.base)) over () as given,
                     row_number() over (order by p.part % p.base desc, p.n)
                         as rank
              from (select a.n, price_split.amount::numeric * a.amount as part,
                           sum(a.amount) over () as base
                    from unnest(amounts) with ordinality a(amount, n)) p) d);
end
$$;
