# shellcheck shell=sh
# Debian packages: what the shop needs to be built and to run.

PACKAGES='nginx nginx-dev gcc libc6-dev make libpq-dev
libjansson-dev libjwt-dev libhiredis-dev libyaml-dev libargon2-dev
libpcre2-dev libcurl4-openssl-dev libssl-dev zlib1g-dev postgresql-15 redis-server openssl curl
ca-certificates python3'

# What `bench` needs besides.
BENCH_PACKAGES='wrk nghttp2-client python3-psycopg python3-jwt python3-cryptography
python3-yaml'

# install_packages [MORE...]: what is missing; says nothing when all is there.
install_packages() {
    # shellcheck disable=SC2086
    missing=$(missing_packages $PACKAGES "$@")
    [ -n "$missing" ] || return 0

    # shellcheck disable=SC2086
    step "Installing Debian packages:" $missing

    [ -r /etc/debian_version ] || die "this is not Debian; install them by hand"

    # What we bring in must not start daemons of the system beside the shop's
    # own, now or at the next boot. Services that were here before are left
    # alone.
    # shellcheck disable=SC2016,SC2086
    privileged sh -eu -c '
        export DEBIAN_FRONTEND=noninteractive
        quiet=/usr/sbin/policy-rc.d
        if [ ! -e $quiet ]; then
            trap "rm -f $quiet" EXIT
            printf "#!/bin/sh\nexit 101\n" > $quiet
            chmod 755 $quiet
        fi
        apt-get update -q
        apt-get install -y -q --no-install-recommends "$@"
        if command -v systemctl > /dev/null; then
            for package; do
                case $package in
                nginx | redis-server | postgresql-15)
                    systemctl disable "${package%-15}" > /dev/null 2>&1 || :
                    ;;
                esac
            done
        fi
    ' sh $missing >&2 || die "apt failed, see above"
}

# Quick: dpkg is asked once.
missing_packages() {
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" \
        2>/dev/null | sed -n 's/^installed //p') || :

    for package in "$@"; do
        printf '%s\n' "$installed" | grep -qxF "$package" \
            || printf '%s ' "$package"
    done

    # The documentation page and the front end come from npm; any npm will do.
    command -v npm > /dev/null || printf 'npm '
}

privileged() {
    if is_root; then
        "$@"
    elif command -v sudo > /dev/null; then
        sudo "$@"
    else
        die "this needs root: run as root, or install sudo"
    fi
}
