-- PATCH /customers/{id}: staff corrects a customer's data. Users with other
-- roles are an administrator's business: who could set their e-mail could
-- become them.
--
-- Raises: CM404 user_not_found, CM409 email_taken, reference_taken, CM412
-- version_mismatch.
-- Locks: the user.

create or replace function api.update_customer(id uuid, body jsonb,
                                               principal jsonb,
                                               expected_version bigint)
    returns setof api.user_reply
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    u core.users;
begin
    u := core.lock_user(update_customer.id,
                        update_customer.expected_version);

    if (select array_agg(r.role) from core.user_role r
        where r.user_id = u.id) is distinct from array['customer']
    then
        perform core.fail('user_not_found', 404);
    end if;

    perform core.patch_user(u, body);

    return query
    select 200, null::text, null::text[], c.*
    from core.user_card c where c.id = u.id;
end
$$;
