-- What gateways hear of through the write-ahead log: the tables that cached
-- answers are made of. A product row holds its documents (variants, images,
-- categories), so that its own changes tell of theirs.

create publication commerce for table core.product, core.category;
