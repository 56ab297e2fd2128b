-- What functions of analytics answer that have arguments of the same names.

create type api.kpis as (
    "from"           date,
    "to"             date,
    previous_from    date,
    previous_to      date,
    timezone         text,
    currency         text,
    currencies       text[],
    revenue          jsonb,
    orders           jsonb,
    average_order    jsonb,
    units            jsonb,
    new_customers    jsonb,
    refunds          jsonb,
    canceled_orders  jsonb
);
