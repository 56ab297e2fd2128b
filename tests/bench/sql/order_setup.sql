-- What the order benches measure against and with, in a schema of its own.
-- Run as the owner of the store database; needs variants 1..n with stock.

drop schema if exists bench cascade;
create schema bench;
grant usage on schema bench to store_api;


-- The rival: one order a transaction, as a good shop does it by hand. One
-- round trip with typed parameters, plans cached, conditional updates in key
-- order.
--
-- It does the same work as api.place_orders does for an order of these
-- products, no less and no more:
--
--   asks    whether the key has an answer; whether there are price lists or
--           promotions; variant, product and tax of each line; where its stock
--           is and whether that place is open; the label of the status
--   writes  the order, its lines, its outbox row and the row by which that
--           waits, the answer under its key, byte for byte what a gateway
--           would say, and the levels of stock
--   checks  the same constraints and indexes, for the tables are the same, and
--           whether a level crosses its threshold
--
-- tests/sql/test_order_rival.py places an order both ways and compares row by
-- row. What it leaves out is what a shop of one order a transaction has no use
-- for (a JSON request, other orders), and what these orders do not have
-- (coupons, freight, carts); those it refuses rather than prices wrongly.
create function bench.order_one(customer uuid, key text, fingerprint text,
                                a bigint, b bigint)
    returns text
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    v        record;
    answer   text;
    items    text;
    left_    record;
    new_id   uuid := core.uuid_v7();
    new_no   bigint;
    placed   timestamptz := date_trunc('milliseconds', now());
    at_text  text := core.time_text(date_trunc('milliseconds', now()));
    label    text;
    subtotal bigint := 0;
    tax      bigint := 0;
    within   bigint := 0;
    weight   bigint := 0;
    added    bigint;
    inside   bigint;
    n        integer := 0;
    place    tid;
    tail     constant text := ',"currency":"BRL"}';
begin
    select r.body into answer from order_request r
    where r.scope = customer and r.key = order_one.key;

    if found then
        return answer;
    end if;

    if exists (select from price_list l where l.active)
       or exists (select from promotion p where p.active and p.code is null)
    then
        raise exception 'the rival knows neither price lists nor promotions';
    end if;

    new_no := nextval('core.order_number');

    for v in
        select w.id, w.product_id, w.sku, w.price_amount, w.weight_grams,
               s.location_id, coalesce(t.rate_ppm, 0) as rate_ppm,
               coalesce(t.inclusive, false) as inclusive,
               case w.name when '' then p.name else p.name || ' ' || w.name
                           end as name
        from variant w
        join product p on p.id = w.product_id
        join stock_level s on s.variant_id = w.id
        join location c on c.id = s.location_id and c.active
        left join tax_rate t on t.region = 'BR' and t.tax_class = w.tax_class
        where w.id in (a, b) and w.active and p.status = 'active'
              and w.currency = 'BRL'
        order by w.id, s.location_id
    loop
        update stock_level s
        set reserved = s.reserved + 1, ordered = s.ordered + 1,
            version = s.version + 1, updated_at = now()
        where s.variant_id = v.id and s.location_id = v.location_id
              and s.on_hand - s.reserved >= 1
        returning s.on_hand - s.reserved as available, s.threshold
        into left_;

        if not found then
            raise exception 'insufficient_stock';
        end if;

        if left_.available = 0 or left_.available = left_.threshold then
            perform core.availability_refresh(array[v.id]);
        end if;

        added := case when v.rate_ppm = 0 or v.inclusive then 0
                      else core.part_of(v.price_amount, v.rate_ppm) end;

        inside := case when v.inclusive
                       then core.part_within(v.price_amount, v.rate_ppm)
                       else 0 end;

        n := n + 1;
        subtotal := subtotal + v.price_amount;
        tax := tax + added;
        within := within + inside;
        weight := weight + v.weight_grams;

        insert into order_item (order_id, position, quantity, variant_id,
                                product_id, location_id, unit_price, tax,
                                tax_included, total, sku, name)
        values (new_id, n, 1, v.id, v.product_id, v.location_id,
                v.price_amount, added, inside, v.price_amount + added, v.sku,
                v.name);

        items := concat(items, case when n > 1 then ',' end,
            '{"id":', n, ',"product_id":', v.product_id,
            ',"variant_id":', v.id, ',"sku":', to_json(v.sku),
            ',"name":', to_json(v.name),
            ',"quantity":1,"unit_price":{"amount":', v.price_amount, tail,
            ',"discount":{"amount":0', tail, ',"tax":{"amount":', added, tail,
            ',"total":{"amount":', v.price_amount + added, tail,
            ',"shipped":0,"delivered":0,"returned":0,"short":0,'
            '"canceled":0}');
    end loop;

    select s.label_pt into label from order_status s
    where s.status = 'pending';

    insert into orders (id, number, placed_at, subtotal, tax_total,
                        tax_included, total, weight_grams, customer_id,
                        currency, region)
    values (new_id, new_no, placed, subtotal, tax, within, subtotal + tax,
            weight, customer, 'BRL', 'BR');

    insert into outbox (version, type, subject, data)
    values (1, 'order.created', new_id, concat(
            '{"order_id":"', new_id, '","number":', new_no,
            ',"status":"pending","customer_id":"', customer,
            '","currency":"BRL","total":{"amount":', subtotal + tax, tail,
            ',"region":"BR","placed_at":"', at_text,
            '","items":[', items, ']}'))
    returning outbox.ctid into place;

    insert into outbox_waiting (created_at, subjects, versions, places)
    values (now(), array[new_id::text], array[1::bigint], array[place]);

    answer := concat(
        '{"id":"', new_id, '","number":', new_no,
        ',"status":"pending","status_label":"', label,
        '","kind":"sale","customer_id":"', customer,
        '","name":null,"email":null,"region":"BR","items":[', items,
        '],"subtotal":{"amount":', subtotal, tail,
        ',"discount_total":{"amount":0', tail,
        ',"shipping_total":{"amount":0', tail,
        ',"shipping_discount":{"amount":0', tail,
        ',"tax_total":{"amount":', tax, tail,
        ',"tax_included":{"amount":', within, tail,
        ',"promotions":[],"total":{"amount":', subtotal + tax, tail,
        ',"canceled_total":{"amount":0', tail,
        ',"shipping_method":null,"shipping_address":null'
        ',"payment_method":null,"payment_reference":null'
        ',"reference":null,"tracking":null'
        ',"fulfilment_status":"unfulfilled","placed_at":"', at_text,
        '","updated_at":"', core.time_text(now()), '","version":1}');

    insert into order_request (scope, key, fingerprint, status, order_id, body)
    values (customer, order_one.key, order_one.fingerprint, 201, new_id,
            answer);

    return answer;
end
$$;


-- A group of `size` orders of two lines (a: one hot variant when last = first)
-- among the variants first..last, as the gateway sends it.
create function bench.group_text(size integer, first bigint, last bigint)
    returns text
language sql volatile as $$
    select '[' || string_agg(format(
        '{"items":[{"variant_id":%s,"quantity":1}%s],"payment_method":"pix",'
        '"_id":"%s","_scope":"%s","_key":"%s","_fingerprint":"%s",'
        '"_staff":false,"_customer":"%s",'
        '"_name":"Ana Souza","_email":"ana@example.com"}',
        first + floor(random() * (last - first + 1))::bigint,
        case when last > first then format(
             ',{"variant_id":%s,"quantity":1}',
             first + floor(random() * (last - first + 1))::bigint)
        else '' end,
        core.uuid_v7(), c, gen_random_uuid(), md5(c::text) || md5(c::text),
        c), ',') || ']'
    from (select gen_random_uuid() as c from generate_series(1, size)) g
$$;

create function bench.place(size integer, first bigint, last bigint)
    returns bigint
language sql volatile as $$
    select count(*) from api.place_orders(
        bench.group_text(size, first, last)::jsonb) where status = 201
$$;
