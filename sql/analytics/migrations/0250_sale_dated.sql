-- Answers a set now, so that it is inlined (core/sale_entries.sql).

drop function if exists core.sale_dated(jsonb);
