-- The audit log: entries, changes, the chain. One text for `store` and
-- `identity`; the tables are those of migration audit.
--
-- Who acts is known to the transaction (api.acting). The first change makes
-- the entry, so a request that is refused, repeated or changes nothing leaves
-- none. Tables that staff keep have a trigger `audited`; what others write
-- more often than staff (orders, stock) calls core.audit() where staff pass.
--
-- Locks: at the commit, the chain; after every other lock, and only as long
-- as the commit takes.


-- Whether somebody acts whose changes are recorded.

create or replace function core.audited() returns boolean
language sql stable as $$
    select coalesce(current_setting('commerce.acting', true), '') <> ''
$$;


-- Records a change, if somebody acts. relation is the table, or what else
-- was changed; before and after have what differs; concealed names what
-- differs as well and must not be told.

create or replace function core.audit(kind text, subject text, relation text,
                                      action text, before jsonb, after jsonb,
                                      concealed text[] default '{}')
    returns void
language plpgsql as $$
declare
    at  text[];
begin
    if not core.audited() then
        return;
    end if;

    at := string_to_array(nullif(current_setting('commerce.audit', true), ''),
                          ' ');

    if at is null then
        at := array[core.audit_begin()::text, '0'];
    end if;

    at[2] := at[2]::int + 1;
    perform set_config('commerce.audit', at[1] || ' ' || at[2], true);

    insert into core.audit_change (entry_id, n, kind, subject, relation,
                                   action, before, after, concealed)
    values (at[1]::uuid, at[2]::int, audit.kind, audit.subject,
            audit.relation, audit.action, nullif(audit.before, '{}'),
            nullif(audit.after, '{}'), audit.concealed);
end
$$;


create or replace function core.audit_begin() returns uuid
language plpgsql as $$
declare
    who   jsonb := current_setting('commerce.acting')::jsonb;
    at    timestamptz := clock_timestamp();
    -- of that very moment: lists go by one and are asked for by the other
    made  uuid := left(core.uuid_at(at)::text, 13)
                  || substr(core.uuid_v7()::text, 14);
begin
    insert into core.audit_entry (id, at, actor_id, roles, session_id,
                                  operation, request_id)
    values (made, at, (who ->> 'sub')::uuid,
            array(select jsonb_array_elements_text(
                      coalesce(who -> 'roles', '[]'))),
            (who ->> 'sid')::uuid, who ->> 'operation', who ->> 'request');
    return made;
end
$$;


-- What happens without staff and is kept all the same: one change of an
-- entry of its own, unless somebody acts already.

create or replace function core.audit_event(operation text, actor uuid,
                                            kind text, subject text,
                                            after jsonb default null)
    returns void
language plpgsql as $$
begin
    if core.audited() then
        perform core.audit(kind, subject, audit_event.operation, 'update',
                           null, after);
        return;
    end if;

    perform set_config('commerce.acting', jsonb_build_object(
                           'operation', audit_event.operation,
                           'sub', actor)::text, true);
    perform set_config('commerce.audit', '', true);
    perform core.audit(kind, subject, audit_event.operation, 'update',
                       null, after);
    perform set_config('commerce.acting', '', true);
end
$$;


-- The trigger of a table: (kind, column of the subject, columns to conceal,
-- columns to leave out, the table's name, also of a partition). Lists have
-- commas.

create or replace function core.audit_row() returns trigger
language plpgsql as $$
declare
    was     jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    is_now  jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    subject text := coalesce(is_now, was) ->> tg_argv[1];
    secret  text[] := string_to_array(tg_argv[2], ',');
    hidden  text[];
begin
    select core.audit_side(d.before, secret), core.audit_side(d.after, secret),
           array(select k from jsonb_object_keys(
                     coalesce(d.after, d.before)) k
                 where k = any (secret) order by k)
    into was, is_now, hidden
    from core.audit_difference(was, is_now,
                               core.audit_without(tg_argv[3])) d;

    if was is not null or is_now is not null then
        perform core.audit(tg_argv[0], subject, tg_argv[4], lower(tg_op),
                           was, is_now, hidden);
    end if;

    return null;
end
$$;


-- Of two states of a row what differs, but for some columns; of one state
-- what is there. Both null: nothing.

create or replace function core.audit_difference(inout before jsonb,
                                                 inout after jsonb,
                                                 without text[])
language plpgsql as $$
begin
    before := before - without;
    after := after - without;

    if before is null or after is null then
        before := jsonb_strip_nulls(before);
        after := jsonb_strip_nulls(after);

    elsif before = after then
        before := null;
        after := null;

    else
        select jsonb_object_agg(b.key, b.value),
               jsonb_object_agg(b.key, after -> b.key)
        into before, after
        from jsonb_each(before) b
        where b.value is distinct from after -> b.key;
    end if;
end
$$;


create or replace function core.audit_side(side jsonb, secret text[])
    returns jsonb
language sql immutable as $$
    select case when secret is null then side else side - secret end
$$;


-- The text of an entry that the chain seals: its place, itself and its
-- changes in order, as jsonb writes them (members by length, then bytewise).

create or replace function core.audit_text(seq bigint, entry_id uuid)
    returns text
language sql stable as $$
    select jsonb_build_object(
               'seq', audit_text.seq, 'id', e.id,
               'at', e.at at time zone 'UTC', 'actor_id', e.actor_id,
               'roles', e.roles, 'session_id', e.session_id,
               'operation', e.operation, 'request_id', e.request_id,
               'changes', (select jsonb_agg(jsonb_build_array(
                                      c.n, c.kind, c.subject, c.relation,
                                      c.action, c.before, c.after,
                                      c.concealed) order by c.n)
                           from core.audit_change c
                           where c.entry_id = e.id))::text
    from core.audit_entry e where e.id = audit_text.entry_id
$$;


-- Gives an entry its place in the chain.

create or replace function core.audit_append(entry_id uuid) returns void
language plpgsql as $$
declare
    last  core.audit_link;
begin
    perform pg_advisory_xact_lock(hashtext('commerce audit'));

    select l.* into last from core.audit_link l order by l.seq desc limit 1;

    last.seq := coalesce(last.seq, 0) + 1;
    last.hash := coalesce(last.hash, sha256(''));

    insert into core.audit_link (seq, entry_id, prev, hash)
    values (last.seq, audit_append.entry_id, last.hash,
            sha256(last.hash || convert_to(
                core.audit_text(last.seq, audit_append.entry_id), 'UTF8')));
end
$$;


-- At the commit. With the owner's rights, since the session's are then the
-- gateway's.

create or replace function core.audit_linked() returns trigger
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    perform core.audit_append(new.id);
    return null;
end
$$;

do $$
begin
    if not exists (select from pg_trigger where tgname = 'linked') then
        create constraint trigger linked after insert on core.audit_entry
            deferrable initially deferred for each row
            execute function core.audit_linked();
    end if;
end
$$;


-- Puts the triggers on a table: they run only while somebody acts, and for an
-- update only when a column differs that is not left out. What stands already
-- is not touched, since a trigger that is made locks its table.

create or replace procedure core.audit_table(name text, events text,
                                             kind text, subject text,
                                             concealed text default '',
                                             without text default '')
language plpgsql as $$
declare
    event    text;
    watched  text;
    made     text;
    trigger  text;
begin
    foreach event in array string_to_array(events, ' or ') loop
        trigger := 'audited_' || split_part(event, ' ', 1);

        select string_agg(format('old.%1$I is distinct from new.%1$I',
                                 a.attname), ' or ' order by a.attnum)
        into watched
        from pg_attribute a
        where event like 'update%' and a.attnum > 0 and not a.attisdropped
              and a.attrelid = format('core.%I', name)::regclass
              and not a.attname = any (core.audit_without(without));

        made := format($sql$
            create or replace trigger %I after %s on core.%I for each row
            when (coalesce(current_setting('commerce.acting', true), '') <> ''
                  and (%s))
            execute function core.audit_row(%L, %L, %L, %L, %L)$sql$,
            trigger, event, name, coalesce(watched, 'true'), kind, subject,
            concealed, without, name);

        continue when exists (
            select from pg_trigger t
            where t.tgrelid = format('core.%I', name)::regclass
                  and t.tgname = trigger
                  and obj_description(t.oid, 'pg_trigger') = md5(made));

        execute made;
        execute format('comment on trigger %I on core.%I is %L',
                       trigger, name, md5(made));
    end loop;
end
$$;


-- The columns that no table's changes are told by, and others.

create or replace function core.audit_without(others text) returns text[]
language sql immutable as $$
    select '{version,created_at,updated_at,changed_in}'::text[]
           || string_to_array(others, ',')
$$;


-- The newest entries of this database, newest first, with what they changed
-- (the first fifty rows of it). cursor: the id of the last one seen.

create or replace function core.audit_page(actor uuid, subject text,
                                           operation text, since timestamptz,
                                           until timestamptz, "limit" int,
                                           cursor uuid)
    returns setof core.audit_shown
language plpgsql stable as $$
declare
    wanted  text := 'select e.* from core.audit_entry e where true';
begin
    if audit_page.subject is not null then
        wanted := 'select e.* from (select distinct c.entry_id '
                  'from core.audit_change c where c.kind = $1';

        if position(':' in audit_page.subject) > 0 then
            wanted := wanted || ' and c.subject = $2';
        end if;

        wanted := wanted || ') x join core.audit_entry e on e.id = x.entry_id '
                            'where true';
    end if;

    wanted := concat(wanted,
        case when audit_page.actor is not null
             then ' and e.actor_id = $3' end,
        case when audit_page.operation is not null
             then ' and e.operation = $4' end,
        case when audit_page.since is not null
             then ' and e.id >= core.uuid_at($5)' end,
        case when audit_page.until is not null
             then ' and e.id < core.uuid_at($6)' end,
        case when audit_page.cursor is not null then ' and e.id < $7' end,
        ' order by e.id desc limit $8');

    return query execute
        'select e.id, e.at, e.actor_id, e.roles, e.session_id, e.operation, '
        'e.request_id, l.seq, encode(l.hash, ''hex''), '
        '(select jsonb_agg(jsonb_build_object(''kind'', c.kind, '
        '''subject'', c.subject, ''relation'', c.relation, '
        '''action'', c.action, ''before'', c.before, ''after'', c.after, '
        '''concealed'', c.concealed) order by c.n) '
        'from core.audit_change c where c.entry_id = e.id and c.n <= 50), '
        '(select count(*) from core.audit_change c where c.entry_id = e.id) '
        'from (' || wanted || ') e '
        'left join core.audit_link l on l.entry_id = e.id '
        'order by e.id desc'
    using split_part(audit_page.subject, ':', 1),
          substr(audit_page.subject,
                 position(':' in audit_page.subject) + 1),
          audit_page.actor, audit_page.operation, audit_page.since,
          audit_page.until, audit_page.cursor, audit_page."limit";
end
$$;
