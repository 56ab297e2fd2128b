-- What may stand in a setting. A rule is told to the page that changes them
-- and is what a change is checked by; a setting without one, or whose rule is
-- fixed, is not for the API.


create or replace function core.setting_rule(key text) returns jsonb
language sql immutable as $$
    select r.rule::jsonb
    from (values
    ('currency', '{"kind": "text", "fixed": true}'),
    ('events.source', '{"kind": "text"}'),
    ('webhooks.keep', '{"kind": "duration", "min": "1 day",
                        "max": "10 years"}'),
    ('outbox.keep', '{"kind": "duration", "min": "1 month",
                      "max": "20 years"}'),
    ('orders.expire_after', '{"kind": "durations", "min": "5 minutes",
                              "max": "1 year"}'),
    ('payments.capture', '{"kind": "choice",
                           "options": ["automatic", "manual"]}'),
    ('payments.abandon_after', '{"kind": "duration", "min": "1 minute",
                                 "max": "30 days"}'),
    ('payments.lease', '{"kind": "duration", "fixed": true}'),
    ('returns.window', '{"kind": "duration", "min": "1 day",
                         "max": "10 years", "empty": true}'),
    ('cart.reserve_minutes', '{"kind": "integer", "min": 0, "max": 1440}'),
    ('cart.abandoned_hours', '{"kind": "integer", "min": 1, "max": 720}'),
    ('cart.keep_days', '{"kind": "integer", "min": 1, "max": 3650}'),
    ('mail.language', '{"kind": "choice", "options": ["pt-BR", "en"]}'),
    ('mail.staff', '{"kind": "emails", "max": 20}'),
    ('mail.orders', '{"kind": "choices",
      "options": ["order.created", "order.paid", "order.shipped",
                  "order.delivered", "order.canceled", "order.refunded",
                  "order.partially_refunded", "order.reduced",
                  "order.edited"]}')
    ) r(key, rule)
    where r.key = setting_rule.key
$$;


-- Whether a text is a length of time between two others: a number and a unit.

create or replace function core.setting_lasts(value text, rule jsonb)
    returns boolean
language sql immutable as $$
    select value ~ '^\d{1,5} (second|minute|hour|day|month|year)s?$'
           and value::interval between (rule ->> 'min')::interval
                                   and (rule ->> 'max')::interval
$$;


create or replace function core.setting_fits(value jsonb, rule jsonb)
    returns boolean
language plpgsql immutable as $$
declare
    kind  text := rule ->> 'kind';
    type  text := jsonb_typeof(value);
    told  text := value #>> '{}';
begin
    if type = 'null' then
        return coalesce((rule ->> 'empty')::boolean, false);
    end if;

    return coalesce(case kind
    when 'text' then
        type = 'string' and told ~ '\S'
    when 'integer' then
        type = 'number' and told::numeric between (rule ->> 'min')::int
                                              and (rule ->> 'max')::int
    when 'choice' then
        type = 'string' and rule -> 'options' ? told
    when 'duration' then
        type = 'string' and core.setting_lasts(told, rule)
    when 'durations' then
        type = 'object' and value ? 'default'
        and (select bool_and(core.setting_lasts(e.value, rule))
             from jsonb_each_text(value) e)
    when 'choices' then
        type = 'array' and value <@ (rule -> 'options')
    when 'emails' then
        type = 'array' and jsonb_array_length(value) <= (rule ->> 'max')::int
        and coalesce((select bool_and(e.value ~ '^[^@\s]+@[^@\s]+$')
                      from jsonb_array_elements_text(value) e), true)
    end, false);
end
$$;


create or replace function core.setting_document(s core.setting)
    returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'key', s.key, 'value', s.value,
        'rule', coalesce(core.setting_rule(s.key), '{"kind": "other"}')
                - 'fixed',
        'fixed', coalesce((core.setting_rule(s.key) ->> 'fixed')::boolean,
                          core.setting_rule(s.key) is null),
        'updated_at', core.rfc3339(s.updated_at), 'version', s.version)
$$;
