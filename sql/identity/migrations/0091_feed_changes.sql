-- Tables whose new rows gateways need not hear of; none yet.

create publication commerce_changes
    with (publish = 'update, delete, truncate');
