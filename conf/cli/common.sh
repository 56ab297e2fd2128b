# shellcheck shell=sh
# What every part uses: messages, users, the place where the shop lives.

NGINX=/usr/sbin/nginx
PG_BIN=/usr/lib/postgresql/15/bin
DATABASES='identity store analytics'


# -- messages ---------------------------------------------------------------

# A long step says what it does before it begins.
step() {
    printf '%s\n' "-- $*" >&2
}

note() {
    printf '%s\n' "   $*" >&2
}

die() {
    printf '%s\n' "commerce: $*" >&2
    exit 1
}

usage_error() {
    printf '%s\n' "commerce: $*" "Try './commerce help'." >&2
    exit 64
}

# Runs a command with its output in a log; shows the end of it on failure.
#   logged LOG COMMAND...
logged() {
    logged_to=$1
    shift
    "$@" > "$logged_to" 2>&1 9>&- || {
        tail -n 40 "$logged_to" >&2
        die "failed: $1 (all of it: $logged_to)"
    }
}


# -- users ------------------------------------------------------------------

is_root() {
    [ "$(id -u)" = 0 ]
}

# PostgreSQL refuses to run as root, and nginx's workers should not.
set_users() {
    if is_root; then
        PG_USER=postgres
        WORKER_USER=www-data
    else
        PG_USER=$(id -un)
        WORKER_USER=$PG_USER
    fi
}

# as USER COMMAND...; the lock (descriptor 9) does not go to daemons.
as() {
    as_user=$1
    shift
    if [ "$as_user" = "$(id -un)" ]; then
        "$@" 9>&-
    else
        runuser -u "$as_user" -- "$@" 9>&-
    fi
}

owned_dir() {
    mkdir -p "$2"
    if is_root; then
        chown "$1" "$2"
    fi
}


# -- places -----------------------------------------------------------------

# What .env in the checkout says (conf/commerce.env.example); the environment
# wins.
read_env() {
    [ -f "$TOP/.env" ] || return 0
    while IFS='=' read -r name value; do
        case $name in
        COMMERCE_HOME | COMMERCE_PORT | COMMERCE_LISTEN | COMMERCE_DEMO \
            | COMMERCE_BUILD | COMMERCE_FRONTEND | COMMERCE_METRICS_PORT \
            | COMMERCE_METRICS_LISTEN | COMMERCE_MAIL)
            eval "[ -n \"\${$name-}\" ] || $name=\$value; export $name"
            ;;
        '' | '#'*) ;;
        *) die ".env: what is $name?" ;;
        esac
    done < "$TOP/.env"
}

# COMMERCE_HOME as an absolute path, whether or not it exists.
set_home() {
    set_users
    HOME_DIR=${COMMERCE_HOME:-$TOP/var}

    case $HOME_DIR in
    /*) ;;
    *) HOME_DIR=$PWD/$HOME_DIR ;;
    esac

    case $HOME_DIR in
    *[!A-Za-z0-9/._+@-]*)
        die "COMMERCE_HOME may hold letters, digits and / . _ + @ - only:" \
            "$HOME_DIR"
        ;;
    esac

    set_places
}

set_places() {
    if [ -d "$HOME_DIR" ]; then
        HOME_DIR=$(CDPATH='' cd -- "$HOME_DIR" && pwd -P)
    fi

    BUILD_DIR=${COMMERCE_BUILD:-$TOP/build}
    LOG_DIR=$HOME_DIR/log
    SECRET_DIR=$HOME_DIR/secrets
    KEY_DIR=$HOME_DIR/keys
    WWW_DIR=$HOME_DIR/www
    STATE=$HOME_DIR/state
    RUN_DIR=$HOME_DIR/run

    # A unix socket's path has 107 bytes at most.
    if [ "${#RUN_DIR}" -gt 80 ]; then
        RUN_DIR=${TMPDIR:-/tmp}/ngx_commerce-$(id -u)-$(path_hash "$HOME_DIR")
    fi
}

path_hash() {
    printf %s "$1" | sha256sum | cut -c1-12
}

# Makes the home. When root runs us from a place that other users cannot enter
# (/root, a temporary directory of mode 0700), the daemons' users could not
# either, so the home is then a symbolic link to /var/lib/ngx_commerce/....
make_home() {
    if is_root && ! { enterable "$PG_USER" && enterable "$WORKER_USER"; }; then
        real=/var/lib/ngx_commerce/$(basename "$HOME_DIR")-$(path_hash \
            "$HOME_DIR")

        if [ -d "$HOME_DIR" ] && ! rmdir "$HOME_DIR" 2>/dev/null; then
            die "user $PG_USER cannot enter $HOME_DIR, and it is not empty." \
                "Set COMMERCE_HOME to another place, or open the way:" \
                "chmod o+x its parents."
        fi

        mkdir -p "$real" "$(dirname "$HOME_DIR")"
        ln -s "$real" "$HOME_DIR"
        note "$HOME_DIR -> $real, because $PG_USER cannot enter the former"
    fi

    mkdir -p "$HOME_DIR"
    set_places
    mkdir -p "$LOG_DIR" "$RUN_DIR" "$WWW_DIR" "$BUILD_DIR"
    [ -O "$RUN_DIR" ] || die "$RUN_DIR belongs to somebody else"
    mkdir -p "$SECRET_DIR" "$KEY_DIR"
    chmod 700 "$SECRET_DIR" "$KEY_DIR"
}

# Can USER enter the nearest directory of HOME_DIR that exists?
enterable() {
    enterable_dir=$HOME_DIR
    while [ ! -d "$enterable_dir" ]; do
        enterable_dir=$(dirname "$enterable_dir")
    done
    # shellcheck disable=SC2016
    runuser -u "$1" -- sh -c 'cd -- "$1"' sh "$enterable_dir" 2>/dev/null
}

# One command at a time changes a home.
lock_home() {
    exec 9> "$HOME_DIR/lock"
    flock -w 300 9 || die "another ./commerce works on $HOME_DIR"
}

need_home() {
    set_home
    [ -f "$STATE" ] || die "nothing here yet: $HOME_DIR (try ./commerce up)"
    set_places
    read_state
}

# The state is a shell file that only `up` writes: PORT, LISTEN, DEMO,
# METRICS_PORT, METRICS_LISTEN.
read_state() {
    if [ -f "$STATE" ]; then
        # shellcheck source=/dev/null
        . "$STATE"
    fi
    METRICS_LISTEN=${METRICS_LISTEN-127.0.0.1}
    METRICS_PORT=${METRICS_PORT-9464}
}


# -- odds and ends ----------------------------------------------------------

# The pid in a file, if that process lives and is of this home: after a reboot
# the number may be somebody else's, so the command line must name a path of
# ours.
live_pid() {
    [ -f "$1" ] || return 1
    live=$(head -n 1 "$1" 2>/dev/null | tr -cd '0-9')
    [ -n "$live" ] || return 1
    tr '\0' ' ' 2>/dev/null < "/proc/$live/cmdline" \
        | grep -qF -e "$HOME_DIR" -e "$RUN_DIR" && printf '%s\n' "$live"
}

# await SECONDS COMMAND...: until it succeeds, asked ten times a second.
await() {
    await_left=$(($1 * 10))
    shift
    until "$@"; do
        await_left=$((await_left - 1))
        [ "$await_left" -gt 0 ] || return 1
        sleep 0.1
    done
}

# A sha256 over the contents and the names of the files below some paths.
tree_hash() {
    find "$@" -type f ! -path '*/node_modules/*' ! -path '*/dist/*' -print0 \
        | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -c1-64
}

# Has `name` been done with this hash? / Now it has.
done_before() {
    [ -f "$HOME_DIR/done/$1" ] && [ "$(cat "$HOME_DIR/done/$1")" = "$2" ]
}

done_now() {
    mkdir -p "$HOME_DIR/done"
    printf '%s\n' "$2" > "$HOME_DIR/done/$1"
}

workers() {
    count=$(nproc)
    [ "$count" -le 8 ] || count=8
    echo "$count"
}
