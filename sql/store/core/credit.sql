-- Accounts of credit: gift cards and the store credit of customers. Locks of
-- orders and payments come before those of accounts, which are taken by id,
-- and stock levels come after.


-- How a code is kept. What people mistake for another letter is that letter:
-- O is 0, I and L are 1; blanks and dashes are nothing.
create or replace function core.credit_code_hash(code text) returns bytea
language sql immutable as $$
    select sha256(convert_to('gift card ' || translate(
               upper(credit_code_hash.code), 'OIL -', '011'), 'UTF8'))
$$;


-- A code nobody can guess: 80 bits in four groups of four letters.
create or replace function core.credit_code_new() returns text
language sql volatile as $$
    select string_agg(
               substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ',
                      get_byte(b.bytes, n) % 32 + 1, 1)
               || case when n in (3, 7, 11) then '-' else '' end, ''
               order by n)
    from (select sha256(uuid_send(gen_random_uuid())
                        || uuid_send(gen_random_uuid()))) b(bytes)
    cross join generate_series(0, 15) n
$$;


-- Whether anything can be paid out of it at all.
create or replace function core.credit_usable(c core.credit)
    returns boolean
language sql stable as $$
    select c.active and c.balance > 0 and coalesce(c.expires_at > now(), true)
$$;


-- Writes an entry of an account's ledger: the only way that a balance moves.
-- Raises: CM409 credit_too_small with `balance`.
-- Locks: the account.
create or replace function core.credit_move(
        credit_id uuid, kind text, delta bigint, cause core.credit_entry)
    returns void
language plpgsql as $$
declare
    c  core.credit;
begin
    select * into strict c from core.credit x
    where x.id = credit_move.credit_id for no key update;

    if c.balance + delta < 0 then
        perform core.fail('credit_too_small', 409, jsonb_build_object(
            'balance', core.money(c.balance, c.currency)));
    end if;

    insert into core.credit_entry (credit_id, n, was, delta, balance, kind,
                                   order_id, payment_id, refund_id, reason,
                                   actor_id)
    values (c.id, c.entries + 1, c.balance, delta, c.balance + delta,
            credit_move.kind, cause.order_id, cause.payment_id,
            cause.refund_id, cause.reason, cause.actor_id);

    update core.credit x
    set entries = c.entries + 1, balance = c.balance + delta,
        version = x.version + 1, updated_at = now()
    where x.id = c.id;
end
$$;


-- The store credit of a customer in a currency, made when there is none.
create or replace function core.credit_of(customer uuid, currency text)
    returns uuid
language plpgsql as $$
#variable_conflict use_column
begin
    insert into core.credit (kind, customer_id, currency)
    values ('store_credit', credit_of.customer, credit_of.currency)
    on conflict (customer_id, currency) where kind = 'store_credit'
    do nothing;

    return (select c.id from core.credit c
            where c.customer_id = credit_of.customer
                  and c.currency = credit_of.currency
                  and c.kind = 'store_credit');
end
$$;


create or replace function core.credit_document(c core.credit)
    returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'id', c.id, 'kind', c.kind, 'customer_id', c.customer_id,
        'hint', c.hint, 'balance', core.money(c.balance, c.currency),
        'active', c.active, 'expires_at', core.rfc3339(c.expires_at),
        'note', c.note, 'version', c.version,
        'created_at', core.rfc3339(c.created_at),
        'updated_at', core.rfc3339(c.updated_at))
$$;


-- What a cart pays with, in the order in which it is taken: its gift cards as
-- they were named, then the store credit.
create or replace function core.cart_credits(cart core.cart)
    returns table (n bigint, credit core.credit)
language sql stable as $$
    select g.n, c
    from unnest(cart.gift_cards) with ordinality g(id, n)
    join core.credit c on c.id = g.id
    union all
    select 100, c
    from core.credit c
    where cart.store_credit and c.customer_id = cart.customer_id
          and c.kind = 'store_credit'
$$;


-- How much each of them gives towards a total.
create or replace function core.cart_payers(cart core.cart, total bigint,
                                            currency text)
    returns table (n bigint, credit core.credit, amount bigint)
language sql stable as $$
    select p.n, p.credit,
           greatest(0, least(p.has, cart_payers.total - p.before))
    from (select k.n, k.credit, h.has,
                 coalesce(sum(h.has) over (
                     order by k.n rows between unbounded preceding
                                       and 1 preceding), 0)::bigint as before
          from core.cart_credits(cart) k
          cross join lateral (
              select case when core.credit_usable(k.credit)
                               and (k.credit).currency = cart_payers.currency
                     then (k.credit).balance else 0 end) h(has)) p
$$;


-- What a cart's credit does to what is asked for, as the API shows it.
create or replace function core.cart_paying(cart core.cart,
                                            s core.price_sum)
    returns jsonb
language plpgsql stable as $$
declare
    credits  jsonb := '[]';
    given    bigint := 0;
begin
    if cart.store_credit or cart.gift_cards <> '{}' then
        select coalesce(jsonb_agg(jsonb_build_object(
                            'id', (p.credit).id, 'kind', (p.credit).kind,
                            'hint', (p.credit).hint,
                            'balance', core.money((p.credit).balance,
                                                  (p.credit).currency),
                            'expires_at', core.rfc3339(
                                              (p.credit).expires_at),
                            'amount', core.money(p.amount, s.currency))
                            order by p.n), '[]'),
               coalesce(sum(p.amount), 0)
        into credits, given
        from core.cart_payers(cart, s.total, s.currency) p;
    end if;

    return jsonb_build_object(
        'credits', credits, 'store_credit', cart.store_credit,
        'credit_total', core.money(given, s.currency),
        'amount_due', core.money(s.total - given, s.currency));
end
$$;


-- Gift cards of a cart that give nothing any more.
create or replace function core.cart_paying_problems(cart core.cart)
    returns jsonb
language plpgsql stable as $$
begin
    if cart.gift_cards = '{}' or cart.status <> 'open' then
        return '[]';
    end if;

    return (
        select coalesce(jsonb_agg(jsonb_build_object(
                   'code', 'gift_card_unusable', 'gift_card_id',
                   (k.credit).id, 'pointer', '/gift_cards/' || k.n - 1)
                   order by k.n), '[]')
        from core.cart_credits(cart) k
        where (k.credit).kind = 'gift_card'
              and not core.credit_usable(k.credit));
end
$$;


-- Nobody else spends what these carts pay with until they are ordered.
create or replace function core.carts_credits_lock(carts core.cart[])
    returns void
language plpgsql as $$
begin
    if exists (select from unnest(carts) c
               where c.store_credit or c.gift_cards <> '{}')
    then
        perform from core.credit c
        where c.id in (select (k.credit).id
                       from unnest(carts) t
                       cross join lateral core.cart_credits(t) k)
        order by c.id
        for no key update;
    end if;
end
$$;


-- An order takes what its cart pays with. What is covered is paid.
create or replace function core.order_pay_credit(o core.orders,
                                                 cart core.cart)
    returns void
language plpgsql as $$
declare
    payer  record;
begin
    for payer in
        select (p.credit).id, p.amount
        from core.cart_payers(cart, o.total, o.currency) p
        where p.amount > 0
        order by p.n
    loop
        perform core.order_spend(o, payer.id, payer.amount);
    end loop;
end
$$;


-- An order takes so much from an account: a payment, captured at once.
create or replace function core.order_spend(o core.orders, credit_id uuid,
                                            amount bigint)
    returns void
language plpgsql as $$
declare
    made  uuid := core.uuid_v7();
begin
    insert into core.payment (id, order_id, amount, captured, currency,
                              provider, flow, status, credit_id)
    values (made, o.id, order_spend.amount, order_spend.amount, o.currency,
            'credit', 'credit', 'captured', order_spend.credit_id);

    perform core.credit_move(
        order_spend.credit_id, 'spend', -order_spend.amount,
        jsonb_populate_record(null::core.credit_entry,
            jsonb_build_object('order_id', o.id, 'payment_id', made)));
    perform core.payment_captured(made);
end
$$;


-- Pays an order's credit back where it came from; called when the order is
-- canceled, which happens once.
create or replace function core.order_credit_back(order_id uuid)
    returns void
language plpgsql as $$
declare
    p  core.payment;
begin
    for p in
        select q.* from core.payment q
        where q.order_id = order_credit_back.order_id
              and q.provider = 'credit' and q.captured > q.promised
        order by q.credit_id
        for no key update
    loop
        perform core.refund_put(p, core.refund_of_rest(p, core.uuid_v7()),
                                null);
    end loop;
end
$$;


-- What of an order nobody has paid yet.
create or replace function core.order_due(o core.orders) returns bigint
language sql stable as $$
    select greatest(0, o.total - o.canceled_total - coalesce((
               select sum(p.captured - p.refunded) from core.payment p
               where p.order_id = o.id), 0)::bigint)
$$;
