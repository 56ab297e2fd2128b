# shellcheck shell=sh
# nginx with the module: configuration, start, reload, stop.

# The port: the one asked for; else the one of before; else 8080 or the next
# that is free.
choose_port() {
    LISTEN=${COMMERCE_LISTEN:-${LISTEN:-127.0.0.1}}
    wanted=${COMMERCE_PORT:-${PORT:-8080}}

    case $wanted in
    *[!0-9]* | '') die "COMMERCE_PORT is not a number: $wanted" ;;
    esac

    if [ "$wanted" = "${PORT-}" ] && gateway_pid > /dev/null; then
        return 0
    fi

    if [ -n "${COMMERCE_PORT-}" ]; then
        if port_taken "$wanted"; then
            die "port $wanted is taken; set COMMERCE_PORT to another"
        fi
    else
        while port_taken "$wanted"; do
            wanted=$((wanted + 1))
        done
    fi

    PORT=$wanted
}

# The port of /metrics: the one asked for, else that of before, else 9464 or
# the next that is free.
choose_metrics_port() {
    METRICS_LISTEN=${COMMERCE_METRICS_LISTEN:-${METRICS_LISTEN:-127.0.0.1}}
    wanted=${COMMERCE_METRICS_PORT:-${METRICS_PORT:-9464}}

    case $wanted in
    *[!0-9]* | '') die "COMMERCE_METRICS_PORT is not a number: $wanted" ;;
    esac

    if [ "$wanted" = "${METRICS_PORT-}" ] && gateway_pid > /dev/null; then
        return 0
    fi

    if [ -n "${COMMERCE_METRICS_PORT-}" ]; then
        if port_taken "$wanted" || [ "$wanted" = "$PORT" ]; then
            die "port $wanted is taken; set COMMERCE_METRICS_PORT to another"
        fi
    else
        while port_taken "$wanted" || [ "$wanted" = "$PORT" ]; do
            wanted=$((wanted + 1))
        done
    fi

    METRICS_PORT=$wanted
}

# Does somebody listen there? Asked of the kernel: no tool is needed for it.
port_taken() {
    hex=$(printf ':%04X' "$1")
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null \
        | awk -v port="$hex" '$4 == "0A" && substr($2, length($2) - 4) == port {
                                  found = 1
                              }
                              END { exit !found }'
}

write_state() {
    printf 'PORT=%s\nLISTEN=%s\nDEMO=%s\n' "$PORT" "$LISTEN" "$DEMO" \
        > "$STATE"
    printf 'METRICS_PORT=%s\nMETRICS_LISTEN=%s\n' "$METRICS_PORT" \
        "$METRICS_LISTEN" >> "$STATE"
}

gateway_url() {
    case $LISTEN in
    0.0.0.0 | '*') echo "http://127.0.0.1:$PORT" ;;
    *) echo "http://$LISTEN:$PORT" ;;
    esac
}

metrics_url() {
    case $METRICS_LISTEN in
    0.0.0.0 | '*') echo "http://127.0.0.1:$METRICS_PORT/metrics" ;;
    *) echo "http://$METRICS_LISTEN:$METRICS_PORT/metrics" ;;
    esac
}

render_gateway() {
    user_line=
    if is_root; then
        user_line="user $WORKER_USER;"
    fi
    postgres_dir

    sed -e "s|@user@|$user_line|" -e "s|@workers@|$(workers)|" \
        -e "s|@top@|$TOP|" -e "s|@pg@|$PG_SOCKET|" -e "s|run/nginx|$RUN_DIR/nginx|" \
        -e "s|unix:run/redis|unix:$RUN_DIR/redis|" \
        -e "s|@listen@|$LISTEN|" -e "s|@port@|$PORT|" \
        -e "s|@metrics_listen@|$METRICS_LISTEN|" \
        -e "s|@metrics_port@|$METRICS_PORT|" \
        "$TOP/conf/nginx.conf" > "$HOME_DIR/nginx.conf"

    render_keys > "$HOME_DIR/keys.conf"
    render_mail
    mkdir -p "$HOME_DIR/tmp" "$HOME_DIR/modules"
}

nginx_here() {
    $NGINX -p "$HOME_DIR" -c "$HOME_DIR/nginx.conf" -e "$LOG_DIR/error.log" \
        "$@" 9>&-
}

check_gateway() {
    nginx_here -t -q || die 'nginx refuses its configuration, see above'
}

# Everything that a running gateway was made from.
gateway_hash() {
    {
        tree_hash "$TOP/conf/contract" "$TOP/conf/snippets" "$TOP/conf/mail" \
            "$KEY_DIR"
        cat "$HOME_DIR/nginx.conf" "$HOME_DIR/keys.conf" \
            "$HOME_DIR"/mail*.conf 2> /dev/null
    } | sha256sum | cut -c1-64
}

# Two shops that start at once must not take one port: with reuseport both would
# get it. So the port is looked at again, under a lock of the whole machine,
# and nginx listens before the lock is let go.
start_on_port() {
    exec 7< /tmp
    flock -w 120 7 || die 'another shop has been starting for two minutes'
    choose_port
    choose_metrics_port
    start_gateway 7<&-
    exec 7<&-
}

# Starts nginx, reloads it when its configuration changed, restarts it when
# the module did.
start_gateway() {
    render_gateway
    log_was=$(log_lines)

    if ! cmp -s "$BUILD_DIR/$MODULE" "$HOME_DIR/modules/$MODULE"; then
        change_module
    fi

    if ! gateway_pid > /dev/null; then
        step 'Starting nginx'
        check_gateway
        nginx_here || die "nginx does not start, see $LOG_DIR/error.log"

    elif ! done_before gateway "$(gateway_hash)"; then
        reload_gateway
    fi

    done_now gateway "$(gateway_hash)"
}

# A running nginx is stopped only when the new module likes the configuration.
change_module() {
    module=$HOME_DIR/modules/$MODULE
    if [ -f "$module" ]; then
        mv "$module" "$module.old"
    fi
    cp "$BUILD_DIR/$MODULE" "$module"

    if ! nginx_here -t -q; then
        if [ -f "$module.old" ]; then
            mv "$module.old" "$module"
        fi
        die 'nginx with the new module refuses its configuration, see above'
    fi

    rm -f "$module.old"
    stop_gateway
}

# New workers take over; the old ones finish what they hold.
reload_gateway() {
    step 'Reloading nginx'
    check_gateway
    before=$(gateway_workers)
    kill -HUP "$(gateway_pid)"
    await 30 gateway_has_only_new_workers "$before" \
        || die "no new workers, see $LOG_DIR/error.log"
}

gateway_workers() {
    master=$(gateway_pid) || return 0
    cat "/proc/$master/task/$master/children" 2>/dev/null
}

# Old ones take requests until they are told to leave, a moment after new ones
# began; those that end what they have are no matter.
gateway_has_only_new_workers() {
    found=no
    for worker in $(gateway_workers); do
        case " $1 " in
        *" $worker "*)
            gateway_serves "$worker" && return 1
            ;;
        *) found=yes ;;
        esac
    done
    [ "$found" = yes ]
}

gateway_serves() {
    case $(tr '\0' ' ' 2>/dev/null < "/proc/$1/cmdline") in
    *'shutting down'*) return 1 ;;
    *'worker process'*) return 0 ;;
    *) return 1 ;;
    esac
}

gateway_pid() {
    live_pid "$RUN_DIR/nginx.pid"
}

stop_gateway() {
    gateway_pid > /dev/null || return 0
    step 'Stopping nginx'
    kill -QUIT "$(gateway_pid)"
    await 35 gateway_gone || {
        kill -TERM "$(gateway_pid)"
        await 5 gateway_gone || die 'nginx does not stop'
    }
}

gateway_gone() {
    ! gateway_pid > /dev/null
}

# The workers compare the contract with the database when they connect; what
# does not fit is answered with an error while the rest works, so say it.
#   tell_misfits LINES: of the error log that are older than the workers
tell_misfits() {
    tail -n "+$(($1 + 1))" "$LOG_DIR/error.log" \
        | sed -n 's/.*\(database "[a-z]*": operation .* cannot be prepared\).*ERROR: /\1:/p' \
        | LC_ALL=C sort -u | cut -c1-160 \
        | while IFS= read -r line; do
            note "$line"
        done
}

log_lines() {
    if [ -f "$LOG_DIR/error.log" ]; then
        wc -l < "$LOG_DIR/error.log"
    else
        echo 0
    fi
}

# Ready is when the gateway says that it reaches its databases.  Who is asked
# says so for itself: the other workers have a moment to be as far.
wait_ready() {
    await 30 gateway_ready || {
        tail -n 20 "$LOG_DIR/error.log" >&2
        die "nginx runs but the shop does not answer, see above"
    }
    await 10 gateway_connected || true
    tell_misfits "$log_was"
}

gateway_ready() {
    curl -fsS -o /dev/null --max-time 2 \
        "$(gateway_url)/readyz" 2> "$LOG_DIR/ready.log"
}

gateway_connected() {
    curl -fsS --max-time 2 "$(metrics_url)" 2>> "$LOG_DIR/ready.log" | awk '
        /^commerce_db_connections[{].*state="(connecting|down)"/ { n += $NF }
        END { exit NR == 0 || n > 0 }'
}
