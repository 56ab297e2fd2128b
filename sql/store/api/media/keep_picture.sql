-- Says that there is such a picture, before its file is put in place: called
-- by the handler of POST /media, which makes the file when this has answered.
--
-- Raises: CM409 picture_going.
-- Locks: the picture.

create or replace function api.keep_picture(name text, type text,
                                            bytes bigint, width int,
                                            height int, principal jsonb)
    returns table (url text)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    going  timestamptz;
begin
    insert into core.media as m (name, type, bytes, width, height)
    values (keep_picture.name, keep_picture.type, keep_picture.bytes,
            keep_picture.width, keep_picture.height)
    on conflict on constraint media_pkey do update set touched_at = now()
    returning m.condemned_at into going;

    if going is not null then
        perform core.fail('picture_going', 409);
    end if;

    perform core.audit('picture', keep_picture.name, 'media', 'insert', null,
                       jsonb_build_object('type', type, 'bytes', bytes,
                                          'width', width, 'height', height));

    return query select core.media_url(keep_picture.name);
end
$$;
