-- POST /customers: staff notes down a customer, who has no password until
-- asking for one.
--
-- Raises: CM409 email_taken, reference_taken.
-- Locks: the new user.

create or replace function api.create_customer(body jsonb, principal jsonb)
    returns setof api.user_reply
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    fresh uuid := core.uuid_v7();
begin
    perform core.add_user(fresh, body ->> 'name', body ->> 'email', null,
                          '{customer}', body ->> 'phone', body ->> 'tax_id',
                          body ->> 'reference');

    return query
    select 201, '/api/v1/customers/' || c.id, null::text[], c.*
    from core.user_card c where c.id = fresh;
end
$$;
