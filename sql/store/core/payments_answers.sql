-- What a checkout and the requests about payments answer, and where answers
-- to idempotency keys are kept.


-- The answer of a checkout, as it stands.
create or replace function core.checkout_document(order_id uuid,
                                                  payment_id uuid,
                                                  language text)
    returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'order', to_jsonb(d) - '{_cursor,_total}'::text[]
                 || jsonb_build_object(
                        'placed_at', core.rfc3339(d.placed_at),
                        'updated_at', core.rfc3339(d.updated_at)),
        'payment', (select core.payment_document(p) from core.payment p
                    where p.id = checkout_document.payment_id),
        'credits', (select coalesce(jsonb_agg(core.payment_document(p)
                                              order by p.id), '[]')
                    from core.payment p
                    where p.order_id = checkout_document.order_id
                          and p.provider = 'credit'))
    from core.orders o
    cross join lateral core.order_documents(o, checkout_document.language) d
    where o.id = checkout_document.order_id
$$;


-- Keeps an answer for whoever asks again with the same key.
create or replace function core.payment_answer_keep(
        scope text, operation text, key text, fingerprint text, status int,
        body jsonb)
    returns void
language sql as $$
    insert into core.idempotency as i (scope, operation, key, fingerprint,
                                       status, body)
    values (payment_answer_keep.scope, payment_answer_keep.operation,
            payment_answer_keep.key, payment_answer_keep.fingerprint,
            payment_answer_keep.status, payment_answer_keep.body)
    on conflict do nothing
$$;


-- An order that costs nothing is paid at once; answers the checkout's answer.
create or replace function core.checkout_free(order_id uuid, item jsonb)
    returns jsonb
language plpgsql as $$
declare
    o     core.orders;
    body  jsonb;
begin
    select * into o from core.orders
    where id = checkout_free.order_id for no key update;

    if o.status = 'pending' then
        perform core.order_move(o, 'paid', null, null, '{"total": 0}');
    end if;

    body := core.checkout_document(o.id, null, case
                when (item ->> '_english')::boolean then 'en' end);
    perform core.payment_answer_keep(item ->> '_scope', 'checkout',
                                     item ->> '_key', item ->> '_fingerprint',
                                     201, body);
    return body;
end
$$;


-- Places the order of a checkout; another transaction that was in the way
-- (the last of the stock, the same key) makes it begin anew.
create or replace function core.checkout_place(item jsonb)
    returns core.checkout_placed
language plpgsql as $$
declare
    tries   constant int := 5;
    placed  core.checkout_placed;
begin
    for i in 1 .. tries loop
        begin
            select r.ordinal, r.status, r.replayed, r.problem, r.body
            into placed
            from api.place_orders(jsonb_build_array(item)) r;

            return placed;
        exception when serialization_failure or unique_violation then
            null;
        end;
    end loop;

    raise serialization_failure using message = 'checkout';
end
$$;
