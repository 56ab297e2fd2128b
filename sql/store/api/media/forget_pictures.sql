-- The files of these pictures are gone: so are they.

create or replace function api.forget_pictures(names text[])
    returns table (gone bigint)
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    return query
    with deleted as (
        delete from core.media m
        where m.name = any (names) and m.condemned_at is not null
        returning 1
    )
    select count(*) from deleted;
end
$$;
