-- What staff keep by hand: each change of these rows is recorded while staff
-- act. What the shop derives of itself (search, availability, the documents
-- in a product's row) is left out; what is sealed or tells of a person is
-- named and not told.

call core.audit_table('product', 'insert or update or delete',
     'product', 'id', '', 'availability,popularity,categories,variants,'
     'images,search,sort_name');
call core.audit_table('variant', 'insert or update or delete',
     'product', 'product_id', '', 'availability');
call core.audit_table('product_image', 'insert or update or delete',
     'product', 'product_id');
call core.audit_table('product_category', 'insert or delete',
     'product', 'product_id');
call core.audit_table('product_related', 'insert or delete',
     'product', 'product_id');
call core.audit_table('category', 'insert or update or delete',
     'category', 'id', '', 'path');

call core.audit_table('tax_class', 'insert or update or delete',
     'tax_class', 'code');
call core.audit_table('tax_rate', 'insert or update or delete',
     'tax_rate', 'id');
call core.audit_table('shipping_method', 'insert or update or delete',
     'shipping_method', 'id');
call core.audit_table('promotion', 'insert or update or delete',
     'promotion', 'id');
call core.audit_table('price_list', 'insert or update or delete',
     'price_list', 'id');
call core.audit_table('price_entry', 'insert or update or delete',
     'price_list', 'price_list_id');

call core.audit_table('location', 'insert or update or delete',
     'location', 'id');
call core.audit_table('stock_movement', 'insert', 'stock', 'variant_id');
call core.audit_table('stock_level', 'update of threshold',
     'stock', 'variant_id', '', 'on_hand,reserved,ordered');

call core.audit_table('webhook_endpoint', 'insert or update or delete',
     'webhook', 'id', 'secret,old_secret', 'request_key,fingerprint,failures,'
     'failing_since,paused_until');
call core.audit_table('webhook_delivery', 'insert',
     'webhook', 'endpoint_id', '', 'body');
call core.audit_table('setting', 'insert or update or delete',
     'setting', 'key');

-- Placing an order inserts and pays nothing.
call core.audit_table('orders', 'update', 'order', 'id',
     'shipping_address,name,email');
call core.audit_table('fulfilment', 'insert or update or delete',
     'order', 'order_id');
call core.audit_table('order_return', 'insert or update',
     'order', 'order_id');
call core.audit_table('payment', 'update of wanted', 'order', 'order_id',
     '', 'version,updated_at,leased_until');
call core.audit_table('refund', 'insert', 'order', 'order_id',
     '', 'key,fingerprint');
call core.audit_table('credit', 'insert or update of active, expires_at, note, code_hash',
     'credit', 'id', 'code_hash', 'entries,balance,last');
call core.audit_table('credit_entry', 'insert', 'credit', 'credit_id',
     '', 'before');
call core.audit_table('payment_parked', 'update', 'parked_payment', 'id',
     '', 'seen');
