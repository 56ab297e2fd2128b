-- JSON where a document is put together by hand. Stable, so that they are
-- inlined.

create or replace function core.money_text(amount bigint, currency text)
    returns text
language sql stable as $$
    select '{"amount":' || amount || ',"currency":"' || currency || '"}'
$$;


-- A time as the gateway writes timestamptz columns.
create or replace function core.time_text(moment timestamptz) returns text
language sql stable as $$
    select translate((moment at time zone 'UTC')::text, ' ', 'T') || 'Z'
$$;
