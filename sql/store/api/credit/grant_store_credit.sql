-- Gives a customer store credit: POST /customers/{id}/store-credit, for
-- orders:write. The account in that currency is made when there is none.
-- Locks: the account.

create or replace function api.grant_store_credit(id uuid, body jsonb,
                                                  principal jsonb)
    returns table (_status int, version bigint, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    asked    jsonb := grant_store_credit.body;
    account  uuid := core.credit_of(grant_store_credit.id,
                                    asked #>> '{amount,currency}');
begin
    perform core.credit_move(
        account, 'issue', (asked #>> '{amount,amount}')::bigint,
        jsonb_populate_record(null::core.credit_entry, jsonb_build_object(
            'reason', asked ->> 'reason',
            'actor_id', grant_store_credit.principal ->> 'sub')));

    return query
    select 201, c.version, core.credit_document(c)
    from core.credit c where c.id = account;
end
$$;
