-- What gateways hear of: sessions that end, who people are and what they may
-- do, mail that is there. Each change is a notification with the commit, of
-- the columns that are needed for it: no names, addresses or hashes.
--
-- Commits that notify wait for each other, so nothing is told that happens with
-- every request.

create or replace function core.tell_gateways() returns trigger
language plpgsql as $$
begin
    perform pg_notify('commerce', jsonb_strip_nulls(jsonb_build_object(
        'table', tg_table_name, 'kind', lower(tg_op),
        'at', (extract(epoch from clock_timestamp() - '2000-01-01Z')
               * 1000000)::bigint,
        'row', core.told(to_jsonb(new), tg_argv),
        'old', core.told(to_jsonb(old), tg_argv)))::text);

    return null;
end
$$;


create or replace function core.told(image jsonb, columns text[])
    returns jsonb
language sql immutable as $$
    select jsonb_object_agg(c.name, told.image ->> c.name)
    from unnest(told.columns) c (name)
    where told.image is not null
$$;


create or replace trigger told
    after update of revoked_at on core.session
    for each row when (old.revoked_at is distinct from new.revoked_at)
    execute function core.tell_gateways('id', 'user_id', 'revoked_at');

create or replace trigger told_gone after delete on core.session
    for each row
    execute function core.tell_gateways('id', 'user_id', 'revoked_at');

create or replace trigger told after insert or update or delete
    on core.users
    for each row execute function core.tell_gateways('id', 'active');

create or replace trigger told after insert or update or delete
    on core.user_role
    for each row execute function core.tell_gateways('user_id', 'role');

create or replace trigger told after insert or update or delete
    on core.role
    for each row execute function core.tell_gateways('name');

create or replace trigger told after insert or update or delete
    on core.address
    for each row execute function core.tell_gateways('id', 'user_id');

create or replace trigger told after insert on core.mail_outbox
    for each row execute function core.tell_gateways('id');


do $$
declare
    t  text;
begin
    foreach t in array array['session', 'users', 'user_role', 'role',
                             'address']
    loop
        execute format('create or replace trigger told_empty after truncate'
                       ' on core.%I for each statement'
                       ' execute function core.tell_gateways()', t);
    end loop;
end
$$;
