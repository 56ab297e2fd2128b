-- What sql/audit asks, in one read only look: temporary views over the three
-- tables of the log, with nothing between but what PostgreSQL has itself.
-- The text of an entry is that of core.audit_text() (core/audit.sql).

set client_min_messages = warning;
set timezone = 'UTC';
set search_path = pg_catalog, pg_temp;
set work_mem = '64MB';

create temporary table kept (database text, day date, seq bigint, hash text);


create temporary view chain as
    select l.seq, l.entry_id, l.prev, l.hash, e.id as found, e.at,
           e.operation, lag(l.seq, 1, 0::bigint) over w as before_seq,
           lag(l.hash, 1, sha256('')) over w as before_hash,
           sha256(l.prev || convert_to(jsonb_build_object(
               'seq', l.seq, 'id', e.id,
               'at', e.at at time zone 'UTC', 'actor_id', e.actor_id,
               'roles', e.roles, 'session_id', e.session_id,
               'operation', e.operation, 'request_id', e.request_id,
               'changes', c.changes)::text, 'UTF8')) as computed
    from core.audit_link l
    left join core.audit_entry e on e.id = l.entry_id
    left join (select c.entry_id,
                      jsonb_agg(jsonb_build_array(
                                    c.n, c.kind, c.subject, c.relation,
                                    c.action, c.before, c.after, c.concealed)
                                order by c.n) as changes
               from core.audit_change c group by c.entry_id) c
           on c.entry_id = l.entry_id
    window w as (order by l.seq);


create temporary view wrong as
    select c.seq, case when c.seq = c.before_seq + 2
                  then format('entry %s was removed', c.seq - 1)
                  else format('entries %s to %s were removed',
                              c.before_seq + 1, c.seq - 1) end as line
    from chain c where c.seq > c.before_seq + 1
    union all
    select c.seq, format('entry %s was removed (%s)', c.seq, c.entry_id)
    from chain c where c.found is null
    union all
    select c.seq, format('entry %s was changed: %s at %s (%s)', c.seq,
                         c.operation, c.at, c.entry_id)
    from chain c where c.found is not null and c.computed <> c.hash
    union all
    select c.seq, format('entry %s does not follow the one before it: %s',
                         c.seq, 'something was put here, or taken away')
    from chain c
    where c.prev <> c.before_hash and c.seq = c.before_seq + 1
    union all
    select null, format('entry without a place was inserted: %s at %s (%s)',
                        e.operation, e.at, e.id)
    from core.audit_entry e
    where not exists (select from core.audit_link l where l.entry_id = e.id)
    union all
    select null, format('changes without an entry were inserted (%s)',
                        c.entry_id)
    from core.audit_change c
    where not exists (select from core.audit_entry e where e.id = c.entry_id)
    group by c.entry_id
    union all
    select k.seq, format('entry %s of %s is not the one that was kept', k.seq,
                         k.day)
    from kept k
    left join core.audit_link l on l.seq = k.seq
    where encode(l.hash, 'hex') is distinct from k.hash;


create temporary view verify as
    with findings as materialized (select w.seq, w.line from wrong w)
    select f.line from (select w.line from findings w
                        order by w.seq, w.line) f
    union all
    select format('in order: %s entries%s', count(*),
                  case when count(*) > 0
                       then format(', the last one %s', (
                           select encode(l.hash, 'hex')
                           from core.audit_link l
                           order by l.seq desc limit 1)) end)
    from core.audit_link
    having not exists (select from findings);


create temporary view head as
    select format('%s %s %s %s', :'database', d.day, d.seq,
                  encode(l.hash, 'hex')) as line
    from (select (e.at at time zone 'UTC')::date as day, max(l.seq) as seq
          from core.audit_link l
          join core.audit_entry e on e.id = l.entry_id
          group by 1) d
    join core.audit_link l on l.seq = d.seq
    order by d.seq;
