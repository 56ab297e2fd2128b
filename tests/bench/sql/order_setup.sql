-- What the order benches measure against and with, in a schema of its own.
-- Run as the owner of the store database; needs variants 1..n with stock.

drop schema if exists bench cascade;
create schema bench;
grant usage on schema bench to store_api;


-- The rival: one order a transaction, as a good shop does it. One round trip,
-- conditional updates in key order, plans cached, the same rows written as
-- api.place_orders writes: the order, its lines, event, outbox row and the
-- stored answer.
create function bench.order_one(customer uuid, key text, a bigint, b bigint)
    returns json
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    v        record;
    found_   core.order_request;
    new_id   uuid := core.uuid_v7();
    new_no   bigint;
    placed   timestamptz := now();
    subtotal bigint := 0;
    n        integer := 0;
    items    json[] := '{}';
    answer   json;
begin
    select * into found_ from order_request r
    where r.scope = customer and r.key = order_one.key;

    if found then
        return found_.body;
    end if;

    new_no := nextval('core.order_number');

    for v in
        select w.id, w.product_id, w.sku, w.price_amount, w.currency, p.name
        from variant w join product p on p.id = w.product_id
        where w.id = any (array[a, b]) and w.active and p.status = 'active'
        order by w.id
    loop
        update stock_level s
        set reserved = s.reserved + 1, ordered = s.ordered + 1,
            version = s.version + 1, updated_at = placed
        where s.variant_id = v.id and s.location_id = 1
              and s.on_hand - s.reserved >= 1;

        if not found then
            raise exception 'insufficient_stock';
        end if;

        n := n + 1;
        subtotal := subtotal + v.price_amount;

        insert into order_item (order_id, position, quantity, variant_id,
                                product_id, location_id, unit_price, total,
                                sku, name)
        values (new_id, n, 1, v.id, v.product_id, 1, v.price_amount,
                v.price_amount, v.sku, v.name);

        items := items || json_build_object(
            'id', n, 'product_id', v.product_id, 'variant_id', v.id,
            'sku', v.sku, 'name', v.name, 'quantity', 1,
            'unit_price', json_build_object('amount', v.price_amount,
                                            'currency', v.currency),
            'discount', json_build_object('amount', 0,
                                          'currency', v.currency),
            'tax', json_build_object('amount', 0, 'currency', v.currency),
            'total', json_build_object('amount', v.price_amount,
                                       'currency', v.currency));
    end loop;

    insert into orders (id, number, placed_at, subtotal, total, customer_id,
                        currency, region)
    values (new_id, new_no, placed, subtotal, subtotal, customer, 'BRL', 'BR');

    insert into order_event (order_id, version, actor_id, type, to_status)
    values (new_id, 1, customer, 'order.created', 'pending');

    insert into outbox (version, type, subject, data)
    values (1, 'order.created', new_id, json_build_object(
            'order_id', new_id, 'number', new_no, 'customer_id', customer,
            'currency', 'BRL', 'total',
            json_build_object('amount', subtotal, 'currency', 'BRL'),
            'region', 'BR', 'items', array_to_json(items)));

    answer := json_build_object(
        'id', new_id, 'number', new_no, 'status', 'pending',
        'status_label', 'pendente', 'customer_id', customer,
        'items', array_to_json(items),
        'subtotal', json_build_object('amount', subtotal, 'currency', 'BRL'),
        'discount_total', json_build_object('amount', 0, 'currency', 'BRL'),
        'shipping_total', json_build_object('amount', 0, 'currency', 'BRL'),
        'tax_total', json_build_object('amount', 0, 'currency', 'BRL'),
        'total', json_build_object('amount', subtotal, 'currency', 'BRL'),
        'placed_at', placed, 'version', 1);

    insert into order_request (scope, key, fingerprint, status, order_id, body)
    values (customer, order_one.key, '', 201, new_id, answer);

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
        '"_staff":false,"_english":false,"_actor":"%s","_customer":"%s",'
        '"_name":"Ana Souza","_email":"ana@example.com"}',
        first + floor(random() * (last - first + 1))::bigint,
        case when last > first then format(
             ',{"variant_id":%s,"quantity":1}',
             first + floor(random() * (last - first + 1))::bigint)
        else '' end,
        core.uuid_v7(), c, gen_random_uuid(), md5(c::text) || md5(c::text),
        c, c), ',') || ']'
    from (select gen_random_uuid() as c from generate_series(1, size)) g
$$;

create function bench.place(size integer, first bigint, last bigint)
    returns bigint
language sql volatile as $$
    select count(*) from api.place_orders(
        bench.group_text(size, first, last)::jsonb) where status = 201
$$;
