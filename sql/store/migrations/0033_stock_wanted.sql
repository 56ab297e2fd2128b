-- What a group wants of all variants together travels with each level.

alter type core.stock_supply add attribute wanted bigint;
