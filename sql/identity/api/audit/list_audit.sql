-- The audit log, newest first: GET /admin/audit, for admin. Called by its
-- handler with the entries of `store`, so that both logs are one list. Who
-- acted is named as far as somebody knows: an erased user is an id.

create or replace function api.list_audit(actor uuid, subject text,
                                          operation text, since timestamptz,
                                          until timestamptz, "limit" int,
                                          cursor jsonb, others jsonb)
    returns setof api.audit_entry
language sql stable as $$
    select e.id, e.at, e."database",
           case when e.actor_id is not null or cardinality(e.roles) > 0 then
           jsonb_build_object('id', e.actor_id, 'name', u.name,
                              'email', u.email, 'roles', e.roles,
                              'session_id', e.session_id) end,
           e.operation, e.request_id,
           coalesce((select jsonb_agg(s.subject order by s.n)
                     from (select min(c.n) as n, jsonb_build_object(
                                      'kind', c.value ->> 'kind',
                                      'id', c.value ->> 'subject') as subject
                           from jsonb_array_elements(e.changes)
                                    with ordinality c (value, n)
                           group by 2) s), '[]'),
           coalesce(e.changes, '[]'), e.changes_count, e.seq, e.hash,
           jsonb_build_array(e.id)
    from (select 'identity' as "database", p.*
          from core.audit_page(list_audit.actor, list_audit.subject,
                               list_audit.operation, list_audit.since,
                               list_audit.until, list_audit."limit",
                               (list_audit.cursor ->> 0)::uuid) p
          union all
          select 'store', o.*
          from jsonb_populate_recordset(null::core.audit_shown,
                                        list_audit.others) o) e
    left join core.user_card u on u.id = e.actor_id
    order by e.id desc
    limit list_audit."limit"
$$;

grant select on core.audit_entry, core.audit_change, core.audit_link,
                core.user_card
    to identity_api;
