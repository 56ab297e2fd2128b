-- A person has looked at parked money: POST /admin/payments/parked/{id}/
-- resolve, for orders:write. When nothing else of its payment is parked, the
-- payment is looked after again.
--
-- Raises: CM404 parked_not_found.
-- Locks: the parked row, the payment.

create or replace function api.resolve_parked_payment(id uuid, body jsonb,
                                                      principal jsonb)
    returns table (_body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    k  core.payment_parked;
begin
    update core.payment_parked x
    set resolved_at = coalesce(x.resolved_at, now()),
        resolved_by = coalesce(x.resolved_by,
                        (resolve_parked_payment.principal ->> 'sub')::uuid),
        note = coalesce(x.note, resolve_parked_payment.body ->> 'note')
    where x.id = resolve_parked_payment.id
    returning * into k;

    if not found then
        perform core.fail('parked_not_found', 404);
    end if;

    update core.payment p set review = false, version = p.version + 1,
           updated_at = now()
    where p.id = k.payment_id
          and not exists (select from core.payment_parked x
                          where x.payment_id = p.id
                                and x.resolved_at is null);

    if found then
        perform core.payment_later(k.payment_id);
    end if;

    return query
    select jsonb_build_object(
        'id', k.id, 'provider', k.provider, 'reason', k.reason,
        'subject', k.subject, 'payment_id', k.payment_id,
        'order_id', (select p.order_id from core.payment p
                     where p.id = k.payment_id),
        'seen', k.seen, 'created_at', core.rfc3339(k.created_at),
        'resolved_at', core.rfc3339(k.resolved_at),
        'resolved_by', k.resolved_by, 'note', k.note);
end
$$;
