-- DELETE /me/addresses/{id}: forgets one of the caller's addresses.
--
-- Raises: CM404 address_not_found (also for somebody else's).
-- Locks: the address.

create or replace function api.delete_address(id uuid, principal jsonb)
    returns table (_status int)
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
begin
    delete from core.address a
    where a.id = delete_address.id
          and a.user_id = core.subject(delete_address.principal);

    if not found then
        perform core.fail('address_not_found', 404);
    end if;

    return query select 204;
end
$$;
