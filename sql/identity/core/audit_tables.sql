-- What is recorded while staff act. Of a person the names of the columns
-- that changed, never what stands in them: the log is for ever, and a person
-- may ask to be forgotten.

call core.audit_table('users', 'insert or update or delete', 'user', 'id',
     'name,email,phone,tax_id,password_hash',
     'email_key,last_login_at,password_set_at');
call core.audit_table('user_role', 'insert or delete', 'user', 'user_id');
call core.audit_table('role', 'insert or update or delete', 'role', 'name');

-- What came from the older log gets its place, and that log goes with the
-- functions that wrote it.
do $$
begin
    perform core.audit_append(e.id)
    from core.audit_entry e
    where not exists (select from core.audit_link l where l.entry_id = e.id)
    order by e.id;
end
$$;

drop table if exists core.audit;
drop function if exists core.audit_is_append_only(),
    core.note(text, uuid, uuid, jsonb), core.set_roles(uuid, jsonb, uuid),
    core.set_active(core.users, boolean, uuid),
    core.change_user(uuid, jsonb, uuid, bigint),
    core.add_user(uuid, text, text, text, text[], text, text, text, uuid);
