-- Head of every session of sql/apply: the lock, the books (schema meta) and
-- the two halves of a deployment of functions, as temporary procedures.

set client_min_messages = warning;
\o /dev/null
select pg_advisory_lock(hashtext('commerce migrations'));
\o

create schema if not exists meta;
create schema if not exists core;

create table if not exists meta.migration (
    name        text primary key,
    sha256      text not null,
    duration    interval not null,
    applied_at  timestamptz not null default now(),
    applied_by  text not null default session_user
);

create table if not exists meta.state (
    key         text primary key,
    value       text not null
);


-- Stops when a recorded migration is not what stands in the directory. Reads
-- the temporary table `found`.
create procedure pg_temp.refuse_changed()
language plpgsql as $$
declare
    wrong text;
begin
    select string_agg(m.name || case when f.name is null
                                     then ' (missing)' else ' (changed)' end,
                      ', ' order by m.name)
      into wrong
      from meta.migration m
      left join found f on f.name = m.name
     where f.sha256 is distinct from m.sha256;

    if wrong is not null then
        raise exception 'migrations applied earlier differ from this checkout: %',
                        wrong
              using hint = 'migrations only go forward: restore the file and '
                           'put the change into a new one';
    end if;
end
$$;


-- Clears the way: an empty schema api, and an api role that may read and run
-- nothing until the files grant it again.
create procedure pg_temp.code_begin(api_role text)
language plpgsql as $$
declare
    stray text;
    f record;
begin
    select string_agg(distinct pg_describe_object(d.classid, d.objid, 0), ', ')
      into stray
      from pg_depend d
      join pg_proc p on d.refclassid = 'pg_proc'::regclass
                    and p.oid = d.refobjid
                    and p.pronamespace = to_regnamespace('api')
     where d.classid in ('pg_trigger'::regclass, 'pg_attrdef'::regclass,
                         'pg_constraint'::regclass);

    if stray is not null then
        raise exception 'tables must not depend on schema api: %', stray;
    end if;

    drop schema if exists api cascade;
    create schema api;
    revoke all on schema api, core, meta from public;
    execute format('revoke all on all tables in schema core, meta from %I',
                   api_role);
    execute format('revoke all on all sequences in schema core from %I',
                   api_role);
    execute format('grant usage on schema api, core to %I', api_role);

    for f in
        select p.oid::regprocedure::text as name
          from pg_proc p
         where p.pronamespace = 'core'::regnamespace
           and p.proowner = current_user::regrole
    loop
        execute format('revoke all on routine %s from public, %I',
                       f.name, api_role);
    end loop;

    perform set_config('check_function_bodies', 'off', true);
end
$$;


-- Checks all bodies, then grants: everything in api; of core what runs with
-- the caller's own rights, since that lends none. A security definer function
-- of core is granted by the file that needs it, or not at all.
create procedure pg_temp.code_end(api_role text)
language plpgsql as $$
declare
    f record;
begin
    perform set_config('check_function_bodies', 'on', true);

    for f in
        select p.oid, p.oid::regprocedure::text as name, p.prosecdef,
               n.nspname as schema, l.lanname as language
          from pg_proc p
          join pg_namespace n on n.oid = p.pronamespace
          join pg_language l on l.oid = p.prolang
         where n.nspname in ('api', 'core') and p.proowner = current_user::regrole
    loop
        begin
            if f.language = 'sql' then
                perform fmgr_sql_validator(f.oid);
            elsif f.language = 'plpgsql' then
                perform plpgsql_validator(f.oid);
            end if;
        exception when others then
            raise exception '%: %', f.name, sqlerrm;
        end;

        execute format('revoke all on routine %s from public', f.name);

        if f.schema = 'api' or not f.prosecdef then
            execute format('grant execute on routine %s to %I',
                           f.name, api_role);
        end if;
    end loop;
end
$$;


-- Tells the change feeds, with the commit, that anything may read differently
-- now: rows say it of themselves, functions and views do not.
create procedure pg_temp.tell()
language sql as $$
    select pg_logical_emit_message(true, 'commerce', 'moved');
    select pg_notify('commerce', '{}')
$$;
