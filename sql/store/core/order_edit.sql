-- What is in an order changes before any of it leaves. The caller holds the
-- order. Lines are jsonb here, [{position, pointer, variant_id, quantity,
-- unit_amount}]: as an order's items, with their place in the order and in the
-- request.


-- Whether an order can still be changed: nothing of it has left, was given up
-- or was paid back, since each of these counts units of a line, and nobody is
-- paying for it.
-- Raises: CM409 order_not_editable with `order_status`, CM409
--   payment_under_way with `payment_id`.
create or replace function core.order_edit_check(o core.orders)
    returns void
language plpgsql stable as $$
begin
    if o.kind <> 'sale'
       or o.status not in ('pending', 'stock_shortfall', 'paid')
       or exists (select from core.fulfilment f where f.order_id = o.id)
       or exists (select from core.order_item i
                  where i.order_id = o.id
                        and (i.canceled > 0 or i.refunded > 0))
    then
        perform core.fail('order_not_editable', 409, jsonb_build_object(
            'order_status', o.status));
    end if;

    perform core.order_payment_rests(o.id);
end
$$;


-- Changes it as `asked` says (the body of POST /orders/{id}/edit).
create or replace function core.order_edit(o core.orders, asked jsonb,
                                           actor uuid)
    returns void
language plpgsql as $$
declare
    was      core.orders := o;
    lines    jsonb := core.order_edit_lines(o.id, asked);
    changes  jsonb;
    coupons  text[] := array(
        select p.code from core.order_promotion p
        where p.order_id = o.id and p.code is not null
        order by p.position);
    account  uuid;                   -- where money goes to
    s        core.price_sum;
begin
    account := core.order_edit_credit(o, asked);

    s := core.order_price(o, lines, '{}');
    perform core.order_edit_problem(s, lines);
    changes := core.order_edit_changes(o.id, s, lines);
    perform core.order_edit_stock(o, s, lines);

    perform core.promotions_release(o.id);
    delete from core.order_promotion p where p.order_id = o.id;

    s := core.order_price(o, lines, coupons);
    perform core.order_edit_problem(s, lines);

    if (asked #>> '{expected_total,amount}')::bigint <> s.total
       or asked #>> '{expected_total,currency}' <> o.currency
    then
        perform core.fail('price_changed', 409, jsonb_build_object(
            'total', core.money(s.total, o.currency)));
    end if;

    perform core.order_lines_write(o.id, s, lines);
    o := core.order_price_write(o.id, s);

    perform core.order_changed(
        o.id, 'order.edited', was.status, actor, asked ->> 'reason',
        jsonb_build_object('items', changes,
                           'total_before', core.money(was.total, o.currency),
                           'total', core.money(o.total, o.currency))
        || core.order_edit_money(was, o, asked, account, actor));
    perform core.order_reduced(o.id, actor);
end
$$;


-- The lines that it is to have: those of which more is wanted than none, then
-- those that are added.
-- Raises: CM422 unknown_item with `errors`, CM409 nothing_left, CM409
--   too_many_items.
create or replace function core.order_edit_lines(order_id uuid, asked jsonb)
    returns jsonb
language plpgsql stable as $$
declare
    last   int := (select max(i.position) from core.order_item i
                   where i.order_id = order_edit_lines.order_id);
    wrong  jsonb;
    lines  jsonb;
begin
    select jsonb_agg(jsonb_build_object('pointer', '/items/' || a.n - 1,
                                        'code', 'unknown_item') order by a.n)
    into wrong
    from jsonb_array_elements(asked -> 'items') with ordinality a(item, n)
    where not exists (select from core.order_item i
                      where i.order_id = order_edit_lines.order_id
                            and i.position = (a.item ->> 'item_id')::int);

    if wrong is not null then
        perform core.fail('unknown_item', 422,
                          jsonb_build_object('errors', wrong));
    end if;

    select jsonb_agg(w.line order by w.position)
    into lines
    from (select i.position, jsonb_build_object(
                     'position', i.position, 'variant_id', i.variant_id,
                     'quantity', q.quantity, 'unit_amount', i.unit_price,
                     'pointer', '/items/' || a.n - 1) as line
          from core.order_item i
          left join (select distinct on (1) (e.item ->> 'item_id')::int,
                            (e.item ->> 'quantity')::int, e.n
                     from jsonb_array_elements(asked -> 'items')
                          with ordinality e(item, n)
                     order by 1, e.n desc) a(item_id, quantity, n)
                 on a.item_id = i.position
          cross join lateral (
              select coalesce(a.quantity, i.quantity)) q(quantity)
          where i.order_id = order_edit_lines.order_id and q.quantity > 0
          union all
          select last + e.n, e.item || jsonb_build_object(
                     'position', last + e.n, 'pointer', '/add/' || e.n - 1)
          from jsonb_array_elements(asked -> 'add')
               with ordinality e(item, n)) w;

    if lines is null then
        perform core.fail('nothing_left', 409);
    elsif (lines -> -1 ->> 'position')::int > 2000 then
        perform core.fail('too_many_items', 409);
    end if;

    return lines;
end
$$;


-- What becomes of which line: [{item_id, sku, name, from, to}], for the
-- history.
create or replace function core.order_edit_changes(
        order_id uuid, s core.price_sum, lines jsonb)
    returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'item_id', c.position, 'sku', c.sku, 'name', c.name,
               'from', c.was, 'to', c.now) order by c.position), '[]')
    from (select coalesce(i.position, n.position), coalesce(i.sku, n.sku),
                 coalesce(i.name, n.name), coalesce(i.quantity, 0),
                 coalesce(n.quantity, 0)
          from (select * from core.order_item x
                where x.order_id = order_edit_changes.order_id) i
          full join (select l.sku, l.name, l.quantity,
                            (lines -> l.position - 1 ->> 'position')::int
                     from unnest(s.lines) l) n(sku, name, quantity, position)
                 on n.position = i.position
         ) c(position, sku, name, was, now)
    where c.was <> c.now
$$;


-- Nobody else moves the payments of the order and the credit that this may
-- touch. Answers the account that money goes to, null: where it came from.
-- Raises: CM422 store_credit_needs_account.
-- Locks: payments by id, then credit by id.
create or replace function core.order_edit_credit(o core.orders, asked jsonb)
    returns uuid
language plpgsql as $$
declare
    account  uuid := core.order_target(o, asked ->> 'to');
begin
    perform from core.payment p
    where p.order_id = o.id
    order by p.id
    for no key update;

    perform from core.credit c
    where c.id = account
          or c.id in (select p.credit_id from core.payment p
                      where p.order_id = o.id)
          or asked ->> 'difference' = 'store_credit'
             and c.customer_id = o.customer_id and c.currency = o.currency
    order by c.id
    for no key update;

    return account;
end
$$;


-- What the lines cost as an order placed when this one was: by the one pricing
-- function, with its coupons.
create or replace function core.order_price(o core.orders, lines jsonb,
                                            coupons text[])
    returns core.price_sum
language sql stable as $$
    select p
    from core.price(array[row(1, o.customer_id, o.region, o.currency,
                              o.shipping_method, coupons, true, false, lines
                             )::core.price_cart], o.placed_at) p
$$;


-- Raises: what stands against that price, with the place of the lines in the
--   request. A coupon that does not count any more only falls away.
create or replace function core.order_edit_problem(s core.price_sum,
                                                   lines jsonb)
    returns void
language plpgsql stable as $$
begin
    if s.problem is not null then
        perform core.fail(s.problem, core.order_refusal(s.problem), (
            select jsonb_build_object('errors', jsonb_agg(
                       jsonb_build_object(
                           'pointer', lines -> l.position - 1 -> 'pointer',
                           'code', l.problem) order by l.position))
            from unnest(s.lines) l
            where l.problem = s.problem
            having count(*) > 0));
    end if;
end
$$;


-- The order holds what its lines ask for: less first, since others may wait
-- for it, then more. Writes the lines at the price that they have so far.
-- Raises: CM409 insufficient_stock with `errors`.
-- Locks: levels in key order, then products that cross a threshold.
create or replace function core.order_edit_stock(o core.orders,
                                                 s core.price_sum,
                                                 lines jsonb)
    returns void
language plpgsql as $$
declare
    fewer    jsonb;                  -- [{item_id, quantity}] given up
    more     core.order_head := core.order_edit_more(o, s, lines);
    sources  core.order_source[];
    part     core.order_source;
begin
    select jsonb_agg(jsonb_build_object('item_id', i.position, 'quantity',
                                        i.quantity - coalesce(n.wanted, 0)))
    into fewer
    from core.order_item i
    left join lateral (select (l ->> 'quantity')::int
                       from jsonb_array_elements(lines) l
                       where (l ->> 'position')::int = i.position) n(wanted)
           on true
    where i.order_id = o.id and coalesce(n.wanted, 0) < i.quantity;

    perform core.stock_lock(array(
        select i.variant_id from core.order_item i
        join jsonb_array_elements(fewer) f
          on (f ->> 'item_id')::int = i.position
        where i.order_id = o.id
        union
        select l.variant_id from unnest(more.lines) l), null);

    if fewer is not null then
        perform core.holds_release(core.lines_drop(o.id, fewer));
    end if;

    delete from core.order_item i
    where i.order_id = o.id
          and not lines @> jsonb_build_array(jsonb_build_object(
                               'position', i.position));

    if more.lines is not null then
        sources := core.order_edit_serve(more, lines);
    end if;

    perform core.order_lines_write(o.id, s, lines);

    foreach part in array coalesce(sources, '{}') loop
        if part.location_id is not null then
            perform core.line_takes(o.id, part.position, null,
                                    part.location_id, part.quantity);
        end if;
    end loop;

    perform core.order_edit_status(o.id);
end
$$;


-- What it asks for beyond what it has, as an order of its own; without lines
-- when that is nothing.
create or replace function core.order_edit_more(o core.orders,
                                                s core.price_sum,
                                                lines jsonb)
    returns core.order_head
language plpgsql stable as $$
declare
    more  core.order_head;
begin
    more.ordinal := 1;
    more.kind := 'sale';
    more.status := 'pending';

    select array_agg(row(w.position, q.units, l.variant_id, l.product_id,
                         l.unit_price, l.list_price, 0, 0, 0, 0, 0, false,
                         l.sku, l.name, null)::core.price_line
                     order by w.position)
    into more.lines
    from unnest(s.lines) l
    cross join lateral (
        select (lines -> l.position - 1 ->> 'position')::int) w(position)
    left join core.order_item i on i.order_id = o.id
                               and i.position = w.position
    cross join lateral (
        select l.quantity - coalesce(i.quantity, 0)) q(units)
    where q.units > 0;

    return more;
end
$$;


-- Takes that from the stock and answers where it comes from.
-- Raises: CM409 insufficient_stock with `errors`.
create or replace function core.order_edit_serve(more core.order_head,
                                                 lines jsonb)
    returns core.order_source[]
language plpgsql as $$
declare
    levels   core.stock_supply[];
    sources  core.order_source[];
begin
    select l.levels into levels from core.orders_levels(array[more]) l;
    select v.levels, v.sources into levels, sources
    from core.orders_serve(array[more], levels) v;

    if cardinality(sources) = 0 then
        perform core.fail('insufficient_stock', 409, (
            select jsonb_build_object('errors', jsonb_agg(
                       (e.error - 'pointer') || jsonb_build_object(
                           'pointer', p.pointer) order by e.n))
            from jsonb_array_elements(
                     core.orders_left(more.lines)::jsonb -> 'errors')
                 with ordinality e(error, n)
            cross join lateral (
                select l -> 'pointer' from jsonb_array_elements(lines) l
                where l ->> 'position'
                      = (substr(e.error ->> 'pointer', 8)::int + 1)::text
                ) p(pointer)));
    end if;

    perform core.orders_take(levels, true);
    return sources;
end
$$;


-- The lines as they are priced. What is new or more is short until it has a
-- place to come from.
create or replace function core.order_lines_write(order_id uuid,
                                                  s core.price_sum,
                                                  lines jsonb)
    returns void
language sql as $$
    insert into core.order_item as i
           (order_id, position, quantity, variant_id, product_id, unit_price,
            discount, tax, tax_included, total, sku, name, short)
    select order_lines_write.order_id,
           (lines -> l.position - 1 ->> 'position')::int, l.quantity,
           l.variant_id, l.product_id, l.unit_price, l.discount, l.tax,
           l.tax_included, l.total, l.sku, l.name, l.quantity
    from unnest(s.lines) l
    on conflict on constraint order_item_pkey do update
    set quantity = excluded.quantity, unit_price = excluded.unit_price,
        discount = excluded.discount, tax = excluded.tax,
        tax_included = excluded.tax_included, total = excluded.total,
        short = i.short + greatest(0, excluded.quantity
                                      - (i.quantity - i.canceled)),
        canceled = 0
$$;


-- The price of an order, and the promotions that made it.
-- Locks: the counters of the coupons, by promotion.
create or replace function core.order_price_write(order_id uuid,
                                                  s core.price_sum)
    returns core.orders
language plpgsql as $$
declare
    o     core.orders;
    head  core.order_head;
begin
    update core.orders u
    set subtotal = s.subtotal, discount_total = s.discount,
        shipping_total = s.shipping, shipping_discount = s.shipping_discount,
        shipping_tax = s.shipping_tax, tax_total = s.tax,
        tax_included = s.tax_included, total = s.total,
        weight_grams = s.weight
    where u.id = order_price_write.order_id
    returning * into o;

    head.id := o.id;
    head.customer_id := o.customer_id;
    head.lines := s.lines;
    head.offers := array(select f from unnest(s.offers) f
                         where f.problem is null);
    perform core.orders_redeem(array[head]);

    return o;
end
$$;


-- Whether it waits for goods is told by its lines.
create or replace function core.order_edit_status(order_id uuid)
    returns void
language sql as $$
    update core.orders o
    set status = case when h.short then 'stock_shortfall'
                      when core.order_was_paid(o.id) then 'paid'
                      else 'pending' end
    from (select exists (select from core.order_item i
                         where i.order_id = order_edit_status.order_id
                               and i.short > 0)) h(short)
    where o.id = order_edit_status.order_id
          and (o.status = 'pending' and h.short
               or o.status = 'stock_shortfall' and not h.short)
$$;


-- The money follows. Of an order that is not paid what is due is another sum;
-- only what credit paid too much goes back. One that is paid stays paid: what
-- it costs less goes back, and what it costs more the buyer's store credit
-- pays now, or it is refused. Answers what was moved, for the history.
-- Raises: CM409 difference_not_covered with `missing` and `store_credit`.
create or replace function core.order_edit_money(
        was core.orders, o core.orders, asked jsonb, account uuid, actor uuid)
    returns jsonb
language plpgsql as $$
declare
    paid       boolean := core.order_was_paid(o.id);
    there      bigint := core.refund_there(o.id, null);
    back       bigint := greatest(0, case when paid then was.total - o.total
                                     else there - o.total end);
    collected  bigint := case when paid
                         then greatest(0, o.total - was.total) else 0 end;
    given      bigint := least(back, there);
begin
    if collected > 0 then
        perform core.order_edit_collect(o, collected,
                                        asked ->> 'difference');
    elsif given > 0 then
        perform core.order_pays_back(o.id, given, account,
                                     coalesce(asked ->> 'reason', 'edited'),
                                     actor, null, true);
    end if;

    return jsonb_build_object(
        'collected', core.money(collected, o.currency),
        'refunded', core.money(given, o.currency),
        'unrefunded', core.money(back - given, o.currency));
end
$$;


-- What an order that is paid costs more comes from its buyer's store credit,
-- if staff said so and there is that much.
create or replace function core.order_edit_collect(o core.orders,
                                                   amount bigint,
                                                   difference text)
    returns void
language plpgsql as $$
declare
    c     core.credit;
    free  bigint;
begin
    select * into c from core.credit x
    where x.customer_id = o.customer_id and x.currency = o.currency
          and x.kind = 'store_credit';
    free := case when core.credit_usable(c) then c.balance else 0 end;

    if difference is distinct from 'store_credit' or free < amount then
        perform core.fail('difference_not_covered', 409, jsonb_build_object(
            'missing', core.money(
                amount - case difference when 'store_credit' then free
                         else 0 end, o.currency),
            'store_credit', core.money(free, o.currency)));
    end if;

    perform core.order_spend(o, c.id, amount);
end
$$;


-- What is said of it, beside the order as it is.
create or replace function core.edited_mail_data(data jsonb, o core.orders,
                                                 language text)
    returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'refunded', case when r.refunded > 0
                    then core.money_shown(r.refunded, o.currency, language)
                    end,
        'collected', case when r.collected > 0
                     then core.money_shown(r.collected, o.currency, language)
                     end,
        'due', case when o.status in ('pending', 'stock_shortfall')
                         and core.order_due(o) > 0
               then core.money_shown(core.order_due(o), o.currency, language)
               end)
    from (select (edited_mail_data.data #>> '{refunded,amount}')::bigint,
                 (edited_mail_data.data #>> '{collected,amount}')::bigint
         ) r(refunded, collected)
$$;
