-- One database and its roles. Run by sql/roles as a superuser, with the
-- variable `database`; passwords are in the environment.
--
--   <database>_owner   owns everything, runs migrations; never used by the
--                      gateway
--   <database>_api     the gateway: EXECUTE on schema api, SELECT on what the
--                      functions read
--   <database>_feed    the gateway's change feed, which reads no table: that of
--                      store has REPLICATION, that of identity listens
--
-- The owner is a member of the api role, so that a test can SET ROLE to it and
-- see what the gateway sees.

\getenv owner_password OWNER_PASSWORD
\getenv api_password API_PASSWORD

set client_min_messages = warning;
set password_encryption = 'scram-sha-256';

select :'database' || '_owner' as owner, :'database' || '_api' as api \gset

select :'database' || '_feed' as feed \gset

select format('create role %I login', role)
  from unnest(array[:'owner', :'api', :'feed']) as role
 where not exists (select from pg_roles where rolname = role)
\gexec

select format('alter role %I nosuperuser nocreatedb nocreaterole noreplication',
              role)
  from unnest(array[:'owner', :'api']) as role
\gexec

select case when :'database' = 'store' then 'replication'
       else 'noreplication' end as replication \gset

alter role :"feed" nosuperuser nocreatedb nocreaterole :replication;

select format('alter role %I password %L', role, password)
  from (values (:'owner', :'owner_password'), (:'api', :'api_password'))
       as given(role, password)
 where password <> ''
\gexec

grant :"api" to :"owner";

-- Bytewise collation keeps indexes usable for prefixes and cursors; the
-- character type knows accents, so lower() and pg_trgm do as well.
select format('create database %I owner %I template template0 encoding %L'
              ' lc_collate %L lc_ctype %L',
              :'database', :'owner', 'UTF8', 'C', 'C.UTF-8')
 where not exists (select from pg_database where datname = :'database')
\gexec

revoke all on database :"database" from public;
grant connect on database :"database" to :"api", :"feed";

\connect :"database"

set client_min_messages = warning;

revoke all on schema public from public;
grant usage on schema public to :"api";
alter default privileges for role :"owner" revoke execute on functions
    from public;

-- Not a trusted extension: only a superuser can make it.
create extension if not exists pg_stat_statements;

alter role :"owner" in database :"database"
    set search_path = core, public, pg_temp;
alter role :"owner" in database :"database" set timezone = 'UTC';

-- The gateway: fixed path and formats, no JIT and no parallel workers for
-- statements of a millisecond, and a query dies soon after the worker that
-- wanted it.
alter role :"api" in database :"database"
    set search_path = core, public, pg_temp;
alter role :"api" in database :"database" set timezone = 'UTC';
alter role :"api" in database :"database" set datestyle = 'ISO, YMD';
alter role :"api" in database :"database" set jit = off;
alter role :"api" in database :"database"
    set max_parallel_workers_per_gather = 0;
alter role :"api" in database :"database"
    set client_connection_check_interval = '1s';
alter role :"api" in database :"database"
    set idle_in_transaction_session_timeout = '10s';
