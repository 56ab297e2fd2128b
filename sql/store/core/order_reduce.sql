-- What of an order is given up before it leaves. The caller holds the order.


-- Gives these lines up: their stock goes back, what was paid for them too (to
-- the store credit of the buyer when `target` says so), and the order stands
-- where that leaves it.
-- Raises: CM422 store_credit_needs_account.
-- Locks: the credit that it may go to, then levels in key order.
create or replace function core.order_reduce(
        o core.orders, lines jsonb, target text, reason text, actor uuid)
    returns void
language plpgsql as $$
declare
    worth    bigint := core.lines_worth(o.id, lines);
    account  uuid := core.order_target(o, target);
    parts    core.fulfilment_item[];
    given    bigint;
begin
    perform from core.credit c
    where c.id = account
          or c.id in (select p.credit_id from core.payment p
                      where p.order_id = o.id)
    order by c.id
    for no key update;

    parts := core.lines_drop(o.id, lines);

    update core.orders u
    set canceled_total = u.canceled_total + worth
    where u.id = o.id
    returning * into o;

    given := core.order_give_back(o, lines, account, reason, actor);

    perform core.holds_release(parts);
    perform core.fulfilment_count(o.id);

    update core.orders u
    set status = case when core.order_was_paid(o.id) then 'paid'
                 else 'pending' end
    where u.id = o.id and u.status = 'stock_shortfall'
          and not exists (select from core.order_item i
                          where i.order_id = o.id and i.short > 0);

    perform core.order_changed(
        o.id, 'order.reduced', o.status, actor, reason, jsonb_build_object(
            'items', lines, 'amount', core.money(worth, o.currency),
            'refunded', core.money(given, o.currency),
            'unrefunded', core.money(greatest(0, worth - given),
                                     o.currency)));
    perform core.order_reduced(o.id, actor);
end
$$;


-- What an order is after it asks for less: paid, shipped, delivered.
create or replace function core.order_reduced(order_id uuid, actor uuid)
    returns void
language plpgsql as $$
declare
    o  core.orders;
begin
    select * into o from core.orders x where x.id = order_reduced.order_id;

    if o.status = 'pending' and core.order_due(o) = 0
       and exists (select from core.payment p
                   where p.order_id = o.id and p.captured > p.refunded)
    then
        perform core.order_becomes(o.id, 'paid', actor, null, null);

    elsif o.status = 'paid' and o.fulfilment_status <> 'unfulfilled'
          and not core.order_unshipped(o.id)
    then
        perform core.order_becomes(o.id, 'shipped', actor, null, null);

        if o.fulfilment_status = 'delivered' then
            perform core.order_becomes(o.id, 'delivered', actor, null, null);
        end if;
    end if;
end
$$;


create or replace function core.order_was_paid(order_id uuid)
    returns boolean
language sql stable as $$
    select exists (select from core.order_event e
                   where e.order_id = order_was_paid.order_id
                         and e.to_status = 'paid')
$$;


-- What these units cost: parts of a line's total that add up to it, in whatever
-- steps it is given up.
create or replace function core.lines_worth(order_id uuid, lines jsonb)
    returns bigint
language sql stable as $$
    select coalesce(sum(core.part_of(i.total, i.canceled + l.quantity,
                                     i.quantity)
                        - core.part_of(i.total, i.canceled,
                                       i.quantity)), 0)::bigint
    from core.lines_summed(lines) l
    join core.order_item i on i.order_id = lines_worth.order_id
                          and i.position = l.position
$$;


-- The lines hold so much less: first what is not there yet, then from the last
-- places. Answers what they held of it.
create or replace function core.lines_drop(order_id uuid, lines jsonb)
    returns core.fulfilment_item[]
language plpgsql as $$
declare
    dropped  core.fulfilment_item[] := '{}';
    line     record;
    part     record;
    rest     bigint;
begin
    for line in
        select i.*, l.quantity as units
        from core.lines_summed(lines) l
        join core.order_item i on i.order_id = lines_drop.order_id
                              and i.position = l.position
        order by i.position
    loop
        rest := line.units - least(line.short, line.units);

        for part in
            select p.location_id, least(p.quantity, rest
                       - coalesce(sum(p.quantity) over before, 0)) as units
            from core.order_parts(array[lines_drop.order_id]) p
            where p.position = line.position
            window before as (order by p.location_id desc
                              rows between unbounded preceding
                                       and 1 preceding)
            order by p.location_id desc
        loop
            continue when part.units <= 0;
            dropped := dropped || row(
                null, line.position, part.location_id, line.order_id,
                line.variant_id, part.units)::core.fulfilment_item;
        end loop;

        update core.order_item i
        set canceled = i.canceled + line.units,
            short = i.short - least(i.short, line.units),
            split = core.split_without(i, dropped)
        where i.order_id = line.order_id and i.position = line.position;
    end loop;

    return dropped;
end
$$;


-- From where a line comes when it comes from several places, without these
-- parts.
create or replace function core.split_without(i core.order_item,
                                              parts core.fulfilment_item[])
    returns jsonb
language sql stable as $$
    select jsonb_agg(jsonb_build_object('location_id', s.location_id,
                                        'quantity', s.quantity)
                     order by s.location_id)
    from (select q.location_id, sum(q.quantity) as quantity
          from (select (s ->> 'location_id')::bigint,
                       (s ->> 'quantity')::bigint
                from jsonb_array_elements(i.split) s
                union all
                select p.location_id, -p.quantity
                from unnest(parts) p
                where p.position = i.position) q(location_id, quantity)
          group by q.location_id
          having sum(q.quantity) > 0) s
    where i.split is not null
$$;


-- Gives back what was paid for lines that do not come: of a paid order their
-- price, but for units whose price went back before; of one that is not paid,
-- what credit paid too much. Answers how much.
create or replace function core.order_give_back(
        o core.orders, lines jsonb, account uuid, reason text, actor uuid)
    returns bigint
language plpgsql as $$
declare
    there  bigint := core.refund_there(o.id, null);
    back   jsonb;
    given  bigint;
begin
    if core.order_was_paid(o.id) then
        select jsonb_agg(jsonb_build_object('item_id', i.position,
                                            'quantity', n.units))
        into back
        from core.lines_summed(lines) l
        join core.order_item i on i.order_id = o.id
                              and i.position = l.position
        cross join lateral (
            select least(l.quantity, i.quantity - i.refunded
                                     - (i.shipped - i.returned))) n(units)
        where n.units > 0;

        back := core.refund_lines(o.id, back);
        given := least(there, (select sum((b ->> 'amount')::bigint)
                                  from jsonb_array_elements(back) b));
    else
        given := there - (o.total - o.canceled_total);
    end if;

    if coalesce(given, 0) <= 0 then
        return 0;
    end if;

    perform core.order_pays_back(o.id, given, account,
                                 coalesce(reason, 'given up'), actor, back,
                                 false);
    return given;
end
$$;


-- So much of what was paid goes back at once, from one payment after another:
-- for these lines, or because it was more than the order costs now (surplus).
create or replace function core.order_pays_back(
        order_id uuid, amount bigint, account uuid, reason text, actor uuid,
        lines jsonb, surplus boolean)
    returns void
language plpgsql as $$
declare
    r  core.refund;
begin
    r.id := core.uuid_v7();
    r.amount := order_pays_back.amount;
    r.shipping := 0;
    r.credit_id := account;
    r.reason := order_pays_back.reason;
    r.actor_id := actor;
    r.surplus := order_pays_back.surplus;

    perform core.refund_spread(order_pays_back.order_id, null, r, lines);
    perform core.payment_later(f.payment_id)
    from core.refund f
    where r.id in (f.id, f.parent_id)
          and f.order_id = order_pays_back.order_id
          and f.status = 'pending';
end
$$;


-- The account that money of an order goes to: null where it came from, else
-- the store credit of its buyer.
-- Raises: CM422 store_credit_needs_account.
create or replace function core.order_target(o core.orders, target text)
    returns uuid
language plpgsql as $$
begin
    if target is distinct from 'store_credit' then
        return null;
    elsif o.customer_id is null then
        perform core.fail_at('store_credit_needs_account', 422, '/to');
    end if;

    return core.credit_of(o.customer_id, o.currency);
end
$$;


-- Raises: CM409 payment_under_way with `payment_id`: somebody pays what the
--   order costs now.
create or replace function core.order_payment_rests(order_id uuid)
    returns void
language sql stable as $$
    select core.fail('payment_under_way', 409, jsonb_build_object(
                         'payment_id', p.id))
    from core.payment p
    where p.order_id = order_payment_rests.order_id
          and p.status not in ('failed', 'canceled', 'captured')
$$;


-- What is said of it.
create or replace function core.reduced_mail_data(data jsonb, o core.orders,
                                                  language text)
    returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'items', (select jsonb_agg(jsonb_build_object(
                      'name', i.name, 'quantity', l.quantity)
                      order by i.position)
                  from core.lines_summed(reduced_mail_data.data -> 'items') l
                  join core.order_item i on i.order_id = o.id
                                        and i.position = l.position),
        'amount', case when (data #>> '{refunded,amount}')::bigint > 0
                  then core.money_shown((data #>> '{refunded,amount}')::bigint,
                                        o.currency, language) end)
$$;
