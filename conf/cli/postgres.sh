# shellcheck shell=sh
# The private PostgreSQL cluster: data in $HOME_DIR/pgsql, one unix socket, no
# TCP. The system's own cluster, if any, is not touched.
#
# Who may log in (pg_hba.conf): the cluster's own user as superuser by peer;
# the workers' user as <database>_api by peer, so the gateway has no password
# to lose; owners by password (scram), for people and scripts.

postgres_dir() {
    PG_DATA=$HOME_DIR/pgsql
    PG_SOCKET=$RUN_DIR/pg
}

# Makes the cluster if it is not there, configures it, starts it.
start_postgres() {
    postgres_dir

    if [ ! -f "$PG_DATA/PG_VERSION" ]; then
        step 'Making a PostgreSQL cluster'
        rm -rf "$PG_DATA" "$HOME_DIR/done"
        owned_dir "$PG_USER" "$PG_DATA"
        chmod 700 "$PG_DATA"
        logged "$LOG_DIR/initdb.log" as "$PG_USER" "$PG_BIN/initdb" \
            -D "$PG_DATA" -U postgres -A peer -E UTF8 --locale=C.UTF-8 -k
    fi

    owned_dir "$PG_USER" "$PG_SOCKET"
    configure_postgres

    if postgres_pid > /dev/null; then
        return 0
    fi

    step 'Starting PostgreSQL'
    : >> "$LOG_DIR/postgres.log"
    if is_root; then
        chown "$PG_USER" "$LOG_DIR/postgres.log"
    fi
    (cd "$PG_DATA/.." && as "$PG_USER" "$PG_BIN/pg_ctl" -D "$PG_DATA" -s -w \
        -t 60 -l "$LOG_DIR/postgres.log" start > /dev/null 2>&1) || {
        tail -n 20 "$LOG_DIR/postgres.log" >&2
        die 'PostgreSQL does not start, see above'
    }
}

# commerce.conf is written anew each time; a running server is told when it
# changed. What an operator wants to differ goes to postgresql.auto.conf (ALTER
# SYSTEM) or local.conf, both of which win.
configure_postgres() {
    changed=no
    write_postgres render_postgres commerce.conf
    write_postgres render_hba pg_hba.conf
    write_postgres render_ident pg_ident.conf

    if ! grep -q '^include .commerce.conf' "$PG_DATA/postgresql.conf"; then
        printf "include 'commerce.conf'\ninclude_if_exists 'local.conf'\n" \
            >> "$PG_DATA/postgresql.conf"
    fi

    if [ "$changed" = yes ] && postgres_pid > /dev/null; then
        kill -HUP "$(postgres_pid)"
    fi
}

# write_postgres FUNCTION FILE
write_postgres() {
    new=$HOME_DIR/pgsql.new
    "$1" > "$new"
    if ! cmp -s "$new" "$PG_DATA/$2"; then
        install_for "$PG_USER" "$new" "$PG_DATA/$2"
        changed=yes
    fi
    rm -f "$new"
}

install_for() {
    cp "$2" "$3"
    chmod 600 "$3"
    if is_root; then
        chown "$1" "$3"
    fi
}

# Sizes follow the machine: an eighth of the memory for shared_buffers, 128 MB
# to 4 GB. During a reload old and new workers are connected at once.
render_postgres() {
    memory=$(megabytes)

    sed -e "s|@socket@|$PG_SOCKET|" \
        -e "s|@shared_buffers@|$(clamp $((memory / 8)) 128 4096)MB|" \
        -e "s|@cache@|$(clamp $((memory / 2)) 256 65536)MB|" \
        -e "s|@maintenance@|$(clamp $((memory / 32)) 64 512)MB|" \
        -e "s|@connections@|$((2 * $(workers) * 8 + 40))|" \
        "$TOP/conf/postgresql.conf"
}

# Of the machine, or what a container may use of it.
megabytes() {
    {
        awk '/^MemTotal/ { printf "%d\n", $2 / 1024 }' /proc/meminfo
        awk '/^[0-9]/ { printf "%d\n", $1 / 1048576 }' \
            /sys/fs/cgroup/memory.max 2>/dev/null || :
    } | sort -n | head -n 1
}

clamp() {
    if [ "$1" -lt "$2" ]; then
        echo "$2"
    elif [ "$1" -gt "$3" ]; then
        echo "$3"
    else
        echo "$1"
    fi
}

render_hba() {
    cat <<HBA
# type database     user           method
local  all          postgres       peer map=admin
local  replication  postgres       peer map=admin
local  all          identity_api   peer map=gateway
local  all          store_api      peer map=gateway
local  all          analytics_api  peer map=gateway
local  all          identity_feed  peer map=gateway
local  all          store_feed     peer map=gateway
local  all          all            scram-sha-256
HBA
}

render_ident() {
    cat <<IDENT
# map    system user     database user
admin    $PG_USER        postgres
IDENT
    for database in $DATABASES; do
        echo "gateway  $WORKER_USER  ${database}_api"
        echo "gateway  $WORKER_USER  ${database}_feed"
    done
}

postgres_pid() {
    postgres_dir
    as "$PG_USER" cat "$PG_DATA/postmaster.pid" 2>/dev/null \
        | head -n 1 > "$RUN_DIR/postgres.pid" || return 1
    live_pid "$RUN_DIR/postgres.pid"
}

stop_postgres() {
    postgres_dir
    postgres_pid > /dev/null || return 0
    step 'Stopping PostgreSQL'
    (cd "$PG_DATA/.." && as "$PG_USER" "$PG_BIN/pg_ctl" -D "$PG_DATA" -s -w \
        -t 60 -m fast stop) || die 'PostgreSQL does not stop'
}

# Databases and roles, when they are new or their description is.
make_databases() {
    hash=$(cat "$TOP/sql/roles" "$TOP/sql/roles.sql" | sha256sum | cut -c1-64)
    if done_before roles "$hash"; then
        return 0
    fi

    step "Making the databases $DATABASES"
    (
        IDENTITY_OWNER_PASSWORD=$(secret identity_owner)
        STORE_OWNER_PASSWORD=$(secret store_owner)
        ANALYTICS_OWNER_PASSWORD=$(secret analytics_owner)
        PGHOST=$PG_SOCKET PGUSER=postgres
        export PGHOST PGUSER IDENTITY_OWNER_PASSWORD STORE_OWNER_PASSWORD \
            ANALYTICS_OWNER_PASSWORD
        # The superuser's name is proved by the user who asks, who may not be
        # able to read this checkout.
        with_superuser "$TOP/sql/roles"
    ) || die 'the databases could not be made, see above'
    done_now roles "$hash"
}

# Runs one of sql/'s scripts as the cluster's user, from a copy it can read.
with_superuser() {
    if is_root; then
        copy=$HOME_DIR/roles.tmp
        rm -rf "$copy"
        mkdir -p "$copy"
        cp "$1" "$1.sql" "$copy"
        (cd "$copy" && as "$PG_USER" "./$(basename "$1")") || return 1
        rm -rf "$copy"
    else
        "$1"
    fi
}

# dsn DATABASE: its owner, for psql, migrations and scripts.
dsn() {
    postgres_dir
    printf 'postgresql://%s_owner:%s@/%s?host=%s\n' "$1" \
        "$(secret "$1_owner")" "$1" "$PG_SOCKET"
}

# Brings every database to the state of the checkout. The password stays out
# of the process list: psql finds it in a file.
apply_sql() {
    postgres_dir
    for database in "$@"; do
        if [ -d "$TOP/sql/$database" ]; then
            PGPASSFILE=$(passfile) "$TOP/sql/apply" "$database" \
                "host=$PG_SOCKET dbname=$database user=${database}_owner" >&2 \
                || die "the migration of $database failed, see above"
        fi
    done
}

# owner_psql DATABASE ARGUMENTS...
owner_psql() {
    postgres_dir
    owner_of=$1
    shift
    PGPASSFILE=$(passfile) psql -X -q -v ON_ERROR_STOP=1 \
        -d "host=$PG_SOCKET dbname=$owner_of user=${owner_of}_owner" "$@"
}

passfile() {
    file=$SECRET_DIR/pgpass
    if [ ! -s "$file" ]; then
        (
            umask 077
            for database in $DATABASES; do
                echo "*:*:*:${database}_owner:$(secret "${database}_owner")"
            done > "$file"
        )
    fi
    echo "$file"
}
