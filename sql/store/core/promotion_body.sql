-- The body of a promotion as it is kept: codes are in capitals.

create or replace function core.promotion_body(body jsonb) returns jsonb
language sql stable as $$
    select case when body ->> 'code' is null then body
                else body || jsonb_build_object('code',
                                                upper(body ->> 'code')) end
$$;
