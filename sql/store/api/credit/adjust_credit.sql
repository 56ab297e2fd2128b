-- Puts money on an account, or takes some off: POST /credits/{id}/entries, for
-- orders:write.
-- Raises: CM404 not_found, CM409 credit_too_small with `balance`, CM422
--   currency_mismatch.
-- Locks: the account.

create or replace function api.adjust_credit(id uuid, body jsonb,
                                             principal jsonb)
    returns table (_status int, version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    asked  jsonb := adjust_credit.body;
    c      core.credit;
begin
    select * into c from core.credit x
    where x.id = adjust_credit.id for no key update;

    if not found then
        perform core.fail('not_found', 404);
    elsif asked #>> '{delta,currency}' <> c.currency then
        perform core.fail_at('currency_mismatch', 422, '/delta/currency');
    end if;

    perform core.credit_move(
        c.id, 'adjust', (asked #>> '{delta,amount}')::bigint,
        jsonb_populate_record(null::core.credit_entry, jsonb_build_object(
            'reason', asked ->> 'reason',
            'actor_id', adjust_credit.principal ->> 'sub')));

    return query
    select 201, x.version, core.credit_document(x)
    from core.credit x where x.id = c.id;
end
$$;
