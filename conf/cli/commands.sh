# shellcheck shell=sh
# One function a command: command_<name>.

# Words after a command that takes none: how many there are is $1.
no_arguments() {
    [ "$1" -eq 0 ] || usage_error 'this command takes no arguments'
}

command_up() {
    no_arguments $#
    bring_up
}

bring_up() {
    set_home
    install_packages
    make_home
    lock_home
    read_state
    choose_port
    build_module
    start_postgres
    start_redis
    start_mailbox
    make_databases
    # shellcheck disable=SC2086
    apply_sql $DATABASES
    make_keys
    make_demo
    make_pages
    start_on_port
    write_state
    tell_pages
    wait_ready
    make_accounts
    greet
}

greet() {
    url=$(gateway_url)
    password=$(secret demo_customer 8)
    cat <<END

The shop is up:  $url

  administration $url/admin/
  docs           $url/docs/
  administrator  $ADMIN_EMAIL  $(secret demo_admin 8)
  customer       $CUSTOMER_EMAIL  $password
$(mailbox_line '  mail           ')

Try first:

  curl '$url/api/v1/products?q=cafe&limit=3'

  TOKEN=\$(curl -s $url/api/v1/auth/login -H 'Content-Type: application/json' \\
      -d '{"email":"$CUSTOMER_EMAIL","password":"$password"}' \\
      | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  curl $url/api/v1/me -H "Authorization: Bearer \$TOKEN"
END
    sku=$(demo_sku)
    if [ -n "$sku" ]; then
        cat <<END
  curl $url/api/v1/orders -H "Authorization: Bearer \$TOKEN" \\
      -H 'Idempotency-Key: first' -H 'Content-Type: application/json' \\
      -d '{"items":[{"sku":"$sku","quantity":2}]}'
END
    fi
    cat <<END

Then: ./commerce status, logs, psql store, help.
END
}

command_down() {
    no_arguments $#
    bring_down
}

bring_down() {
    set_home
    if [ ! -d "$HOME_DIR/pgsql" ]; then
        note "nothing to stop in $HOME_DIR"
        return 0
    fi
    set_places
    lock_home
    stop_gateway
    stop_mailbox
    stop_redis
    stop_postgres
}

command_restart() {
    no_arguments $#
    bring_down
    exec 9>&-
    bring_up
}

command_reload() {
    no_arguments $#
    need_home
    lock_home
    gateway_pid > /dev/null || die 'nginx does not run; try ./commerce up'
    apply_configuration
}

apply_configuration() {
    render_gateway
    log_was=$(log_lines)
    reload_gateway
    done_now gateway "$(gateway_hash)"
    wait_ready
}

command_build() {
    no_arguments $#
    set_home
    install_packages
    mkdir -p "$BUILD_DIR"
    build_module
    echo "$BUILD_DIR/$MODULE"
}

command_migrate() {
    # shellcheck disable=SC2086
    [ $# -gt 0 ] || set -- $DATABASES
    for database in "$@"; do
        known_database "$database"
    done
    need_home
    lock_home
    postgres_pid > /dev/null || die 'PostgreSQL does not run; try ./commerce up'
    apply_sql "$@"
}

known_database() {
    case " $DATABASES " in
    *" $1 "*) ;;
    *) usage_error "no such database: '$1' (there are: $DATABASES)" ;;
    esac
}

# The rows of search in the order of their names; see conf/OPERATING.md.
command_pack() {
    no_arguments $#
    need_home
    postgres_dir
    postgres_pid > /dev/null || die 'PostgreSQL does not run; try ./commerce up'
    PGPASSFILE=$(passfile) psql -XAtq -v ON_ERROR_STOP=1 \
        -d "$(owner_dsn store)" -c "set lock_timeout = '10s'" \
        -c 'cluster core.product_search using product_search_name' \
        -c 'vacuum (analyze) core.product_search' \
        -c "select count(*) || ' products stand by name'
            from core.product_search"
}

command_psql() {
    [ $# -gt 0 ] || usage_error "psql needs a database: $DATABASES"
    known_database "$1"
    need_home
    postgres_dir
    database=$1
    shift
    PGPASSFILE=$(passfile) PGOPTIONS=$(acting psql) exec psql \
        -d "$(owner_dsn "$database")" "$@"
}

owner_dsn() {
    echo "host=$PG_SOCKET dbname=$1 user=${1}_owner"
}

# acting OPERATION: options of psql, for the audit log: who works at this
# machine is kept there like who uses the API.
acting() {
    printf -- '-c commerce.acting={"operation":"%s","roles":["%s"]}' "$1" \
        "$(id -un | tr -cd 'A-Za-z0-9._-')"
}

# verify [-k FILE], head: of both databases.
command_audit() {
    what=${1-}
    [ $# -eq 0 ] || shift
    case $what in
    verify | head) ;;
    *) usage_error 'audit verify [-k FILE] | audit head' ;;
    esac
    need_home
    postgres_dir
    outcome=0
    for database in store identity; do
        PGPASSFILE=$(passfile) "$TOP/sql/audit" "$what" "$@" "$database" \
            "$(owner_dsn "$database")" || outcome=$?
    done
    return "$outcome"
}

command_logs() {
    need_home
    follow=
    name=error
    for word in "$@"; do
        case $word in
        -f) follow=-F ;;
        error | access | postgres | redis | mailbox) name=$word ;;
        *) usage_error "logs [error|access|postgres|redis|mailbox] [-f]" ;;
        esac
    done
    # shellcheck disable=SC2086
    exec tail -n 50 $follow "$LOG_DIR/$name.log"
}

command_keys() {
    case ${1-list} in
    list)
        need_home
        grep -v '^$' "$HOME_DIR/keys.conf" | awk '{ print $2, $NF == "sign;" \
            ? "signs" : "verifies" }'
        ;;
    rotate)
        need_home
        lock_home
        new_signing_key
        drop_old_keys
        if gateway_pid > /dev/null; then
            apply_configuration
        fi
        command_keys list
        ;;
    *)
        usage_error 'keys [list|rotate]'
        ;;
    esac
}

command_version() {
    commit=$(git -C "$TOP" describe --always --dirty 2>/dev/null || :)
    echo "ngx_commerce $(cat "$TOP/conf/cli/version")${commit:+ ($commit)}"
    if [ -x "$NGINX" ]; then
        echo "nginx $(nginx_version)"
    fi
    if [ -x "$PG_BIN/postgres" ]; then
        "$PG_BIN/postgres" --version
    fi
}

command_help() {
    cat "$TOP/conf/cli/help.txt"
}


# -- status -----------------------------------------------------------------

command_status() {
    case ${1-} in
    --json)
        need_home
        status_json
        ;;
    '')
        need_home
        status_text
        ;;
    *)
        usage_error 'status [--json]'
        ;;
    esac
}

status_text() {
    printf 'home      %s\nurl       %s\n' "$HOME_DIR" "$(gateway_url)"
    printf 'metrics   %s\n' "$(metrics_url)"
    for name in gateway postgres redis mailbox; do
        printf '%-9s %s\n' "$name" "$(pid_text "${name}_pid")"
    done
    mailbox_line 'mail      '
    if gateway_pid > /dev/null && gateway_ready; then
        echo 'ready     yes'
    else
        echo 'ready     no'
        exit 1
    fi
}

pid_text() {
    if running=$("$1"); then
        echo "runs, pid $running"
    else
        echo 'does not run'
    fi
}

status_json() {
    printf '{"url": "%s", "metrics": "%s",\n' "$(gateway_url)" \
        "$(metrics_url)"
    printf ' "admin": {"email": "%s", "password": "%s"},\n' \
        "$ADMIN_EMAIL" "$(secret demo_admin 8)"
    printf ' "customer": {"email": "%s", "password": "%s"},\n' \
        "$CUSTOMER_EMAIL" "$(secret demo_customer 8)"
    if mailbox_pid > /dev/null; then
        printf ' "mail": "%s",\n' "$(mailbox_url)"
    fi
    printf ' "databases": {'
    separator=
    for database in $DATABASES; do
        printf '%s"%s": "%s"' "$separator" "$database" "$(dsn "$database")"
        separator=', '
    done
    printf '},\n "pids": {'
    separator=
    for name in gateway postgres redis mailbox; do
        if running=$("${name}_pid"); then
            printf '%s"%s": %s' "$separator" \
                "$(echo "$name" | sed s/gateway/nginx/)" "$running"
            separator=', '
        fi
    done
    printf '}}\n'
}


# -- people -----------------------------------------------------------------

command_user() {
    [ "${1-}" = add ] || usage_error \
        'user add EMAIL [--name NAME] [--role admin|staff|customer]'
    shift
    user_email=
    user_name=
    user_role=customer
    while [ $# -gt 0 ]; do
        case $1 in
        --name | --role)
            [ $# -ge 2 ] || usage_error "$1 needs a value"
            eval "user_${1#--}=\$2"
            shift
            ;;
        -*) usage_error "user add: what is $1?" ;;
        *) user_email=$1 ;;
        esac
        shift
    done

    case $user_email in
    *@*.*) ;;
    *) usage_error "user add needs an e-mail address" ;;
    esac

    need_home
    password=$(ask_password)
    add_user "$user_email" "${user_name:-${user_email%%@*}}" "$user_role" \
        "$password" || die 'the user could not be added, see above'
    echo "$user_email: $user_role"
}

# From the terminal without echo; from a pipe its first line; an empty one is
# generated and printed.
ask_password() {
    if [ -t 0 ]; then
        printf 'Password (empty: generate one): ' >&2
        trap 'stty echo' EXIT
        stty -echo
        IFS= read -r asked || :
        stty echo
        trap - EXIT
        echo >&2
    else
        IFS= read -r asked || :
    fi

    if [ -z "$asked" ]; then
        asked=$(openssl rand -hex 10)
        note "password: $asked"
    fi
    printf '%s\n' "$asked"
}


# -- other rooms ------------------------------------------------------------

# hand_over PATH ARGUMENTS...: the command lives in another room. It finds the
# shop by `./commerce status --json`, and the command line by COMMERCE.
hand_over() {
    program=$TOP/$1
    shift
    [ -x "$program" ] || die "this checkout has no $program"
    COMMERCE=$TOP/commerce exec "$program" "$@"
}

# Fakes of Stripe and PayPal until it is interrupted; the gateway takes them at
# its next reload.
command_fakes() {
    no_arguments $#
    need_home
    mkdir -p "$HOME_DIR/fakes"
    note "then: ./commerce reload; without $HOME_DIR/payments.conf they are gone"
    cd "$TOP/tests"
    exec python3 -m fakes "$(gateway_url)" "$HOME_DIR/fakes" \
        "$HOME_DIR/payments.conf"
}

command_test() {
    hand_over tests/run "$@"
}

command_bench() {
    # shellcheck disable=SC2086
    install_packages $BENCH_PACKAGES
    hand_over tests/bench/run "$@"
}

command_import() {
    hand_over tests/replay/import "$@"
}

command_export() {
    hand_over tests/replay/export "$@"
}

command_replay() {
    hand_over tests/replay/replay "$@"
}

command_verify_replay() {
    hand_over tests/replay/verify "$@"
}
