-- Gateways hear of orders that change: their details are cached.

alter publication commerce add table core.orders (id, version);
