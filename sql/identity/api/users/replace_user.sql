-- PUT /users/{id}: the user is what the body says; what it leaves out is as
-- in a new user.
--
-- Raises: CM404 user_not_found, CM409 email_taken, reference_taken,
-- last_admin, CM412 version_mismatch, CM422 unknown_role.
-- Locks: the user, role admin, the sessions.

create or replace function api.replace_user(id uuid, body jsonb,
                                            principal jsonb,
                                            expected_version bigint)
    returns setof api.user_reply
language plpgsql security definer set search_path = core, pg_temp as $$
#variable_conflict use_column
declare
    revoke text[];
begin
    revoke := core.change_user(replace_user.id, jsonb_build_object(
                                   'phone', null, 'tax_id', null,
                                   'reference', null, 'active', true,
                                   'roles', array['customer']) || body,
                               replace_user.expected_version);

    return query
    select 200, null::text, revoke, c.*
    from core.user_card c where c.id = replace_user.id;
end
$$;
