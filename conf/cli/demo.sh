# shellcheck shell=sh
# The demo shop: products, people and weeks of orders (sql/*/demo, generated and
# deterministic), pictures (conf/demo/motifs, recoloured), two accounts.

ADMIN_EMAIL=admin@loja.example
CUSTOMER_EMAIL=cliente@loja.example

# COMMERCE_DEMO=no is remembered, so that later `up`s leave the shop empty.
make_demo() {
    DEMO=${COMMERCE_DEMO:-${DEMO:-yes}}
    case $DEMO in
    no | 0 | false | off) return 0 ;;
    esac
    make_pictures
    load_demo
}

# Each motif in each colour of the palette. The names are those that
# sql/store/demo gives to the products' images.
make_pictures() {
    hash=$(tree_hash "$TOP/conf/demo")
    if done_before pictures "$hash"; then
        return 0
    fi

    step 'Drawing the pictures'
    rm -rf "$WWW_DIR/media/demo"
    mkdir -p "$WWW_DIR/media/demo"
    awk -v out="$WWW_DIR/media/demo" -f "$TOP/conf/demo/recolour.awk" \
        "$TOP/conf/demo/palette" "$TOP"/conf/demo/motifs/*.svg
    done_now pictures "$hash"
}

# Once a home, in one transaction: products that were changed or deleted later
# stay so.
load_demo() {
    [ -d "$TOP/sql/store/demo" ] || return 0
    if done_before demo loaded; then
        return 0
    fi

    if has_demo; then
        done_now demo loaded
        return 0
    fi

    step 'Loading the demo shop'
    load_demo_of identity
    load_demo_of store
    owner_psql store -c 'set client_min_messages = error' -c 'vacuum analyze'
    done_now demo loaded
}

load_demo_of() {
    demo_of=$1
    set --
    for file in "$TOP/sql/$demo_of"/demo/*.sql; do
        set -- "$@" -f "$file"
    done
    owner_psql "$demo_of" -1 -c 'set client_min_messages = warning' "$@" \
        -o /dev/null || die 'the demo data could not be loaded, see above'
}

has_demo() {
    [ "$(owner_psql store -At -c "select exists (select from core.product
                                   where source = 'demo')")" = t ]
}

# Something to order.
demo_sku() {
    owner_psql store -At -c "
        select v.sku from core.variant v
          join core.product p on p.id = v.product_id
         where p.source = 'demo' and p.slug like 'cafe-%'
           and v.availability = 'in_stock' and p.status = 'active'
         order by v.id limit 1"
}

# add_user EMAIL NAME ROLE PASSWORD. The hash is made by the gateway's own
# code; the password is in no argument list and no log.
add_user() {
    add_hash=$(printf '%s\n' "$4" | "$BUILD_DIR/commerce-password" \
        "$TOP/conf/passwords.txt") || return 1
    (
        export PGOPTIONS="$(acting user_add)"
        owner_psql identity -o /dev/null -v VERBOSITY=terse -v email="$1" \
            -v name="$2" -v role="$3" -v hash="$add_hash" -f - \
            < "$TOP/conf/cli/user_add.sql"
    )
}

# Made in an empty shop too: somebody must be able to log in.
make_accounts() {
    if done_before accounts made; then
        return 0
    fi

    step 'Making two accounts'
    add_user "$ADMIN_EMAIL" 'Ana Admin' admin "$(secret demo_admin 8)" \
        || die 'the administrator could not be made, see above'
    add_user "$CUSTOMER_EMAIL" 'Caio Cliente' customer \
        "$(secret demo_customer 8)" \
        || die 'the customer could not be made, see above'
    done_now accounts made
}
