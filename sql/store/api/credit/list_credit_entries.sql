-- The ledger of an account, the latest first: GET /credits/{id}/entries. For
-- whose store credit it is, and orders:read; empty for everybody else.

create or replace function api.list_credit_entries(
        id uuid, "limit" int, cursor jsonb, principal jsonb)
    returns table (n bigint, kind text, delta jsonb, balance jsonb,
                   order_id uuid, payment_id uuid, refund_id uuid,
                   reason text, actor_id uuid, created_at timestamptz,
                   _cursor jsonb)
language sql stable as $$
    select e.n, e.kind, core.money(e.delta, c.currency),
           core.money(e.balance, c.currency), e.order_id, e.payment_id,
           e.refund_id, e.reason, e.actor_id, e.created_at,
           jsonb_build_array(e.n)
    from core.credit c
    join core.credit_entry e on e.credit_id = c.id
    where c.id = list_credit_entries.id
          and (c.customer_id
               = (list_credit_entries.principal ->> 'sub')::uuid
               or core.has_scope(list_credit_entries.principal,
                                 'orders:read'))
          and (list_credit_entries.cursor is null
               or e.n < (list_credit_entries.cursor ->> 0)::bigint)
    order by e.n desc
    limit list_credit_entries."limit"
$$;

grant select on core.credit_entry to store_api;
