-- Who acts, from now to the end of the transaction: what the gateway passes a
-- principal through on its way to an operation that writes. One that names
-- its operation is staff's (or an administrator's), and its changes go into
-- the audit log. Answers the principal.

create or replace function api.acting(principal jsonb) returns jsonb
language plpgsql as $$
begin
    if principal ? 'operation' then
        perform set_config('commerce.acting', principal::text, true);
        perform set_config('commerce.audit', '', true);
    end if;

    return principal;
end
$$;
