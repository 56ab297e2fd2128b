# shellcheck shell=sh
# The analytics database: fed anew, and compared with the store.

command_analytics() {
    case ${1-} in
    rebuild) analytics_rebuild ;;
    check) analytics_check ;;
    *) usage_error 'analytics rebuild|check' ;;
    esac
}

# The gateway's workers carry the orders over; reports fill up meanwhile.
analytics_rebuild() {
    need_home
    postgres_pid > /dev/null || die 'PostgreSQL does not run; try ./commerce up'
    owner_psql analytics -o /dev/null -c 'select core.sales_empty()'
    orders=$(owner_psql store -At -c 'select core.sales_requeue()')
    note "$orders orders to be counted"
    gateway_pid > /dev/null \
        || die 'nginx does not run; they are counted when it does'
    while :; do
        left=$(owner_psql store -At -c 'select sales_pending from api.census()')
        [ "$left" -gt 0 ] || break
        note "$left to go"
        sleep 1
    done
}

# What analytics holds and what the orders come to, as sorted lines: equal but
# for what is still on its way.
analytics_check() {
    need_home
    postgres_pid > /dev/null || die 'PostgreSQL does not run; try ./commerce up'
    zone=$(owner_psql analytics -At \
        -c "select value from core.setting where key = 'timezone'")
    counted=$HOME_DIR/analytics.counted
    expected=$HOME_DIR/analytics.expected
    owner_psql store -At -v zone="$zone" > "$expected" <<'SQL'
select * from core.sales_recount(:'zone') order by 1, 2, 3, 4
SQL
    owner_psql analytics -At > "$counted" <<'SQL'
select * from core.sales_day where dimension <> 'category' order by 1, 2, 3, 4
SQL
    left=$(owner_psql store -At -c 'select sales_pending from api.census()')
    if diff "$expected" "$counted"; then
        note "$(wc -l < "$counted") sums agree with the orders"
        rm -f "$expected" "$counted"
        return 0
    fi
    note 'left: by the orders; right: in analytics'
    die "analytics differs from the store ($left orders are on their way)"
}
