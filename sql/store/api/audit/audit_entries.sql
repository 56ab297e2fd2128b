-- The newest entries of this database's audit log as a jsonb array, for the
-- handler of GET /admin/audit, which has the other database merge them.

create or replace function api.audit_entries(actor uuid, subject text,
                                             operation text,
                                             since timestamptz,
                                             until timestamptz, "limit" int,
                                             cursor jsonb)
    returns table (entries jsonb)
language sql stable as $$
    select coalesce(jsonb_agg(to_jsonb(p)), '[]')
    from core.audit_page(audit_entries.actor, audit_entries.subject,
                         audit_entries.operation, audit_entries.since,
                         audit_entries.until, audit_entries."limit",
                         (audit_entries.cursor ->> 0)::uuid) p
$$;

grant select on core.audit_entry, core.audit_change, core.audit_link
    to store_api;
