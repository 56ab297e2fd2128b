# shellcheck shell=sh
# The nginx module, built against Debian's nginx, out of the tree.

MODULE=ngx_http_commerce_module.so
NGINX_SOURCE=/usr/share/nginx/src

# Hardened as in Debian, warnings are errors.
CC_FLAGS="-g -O2 -fPIC -Wall -Wextra -Wshadow -Werror -Wno-unused-parameter \
-fstack-protector-strong -D_FORTIFY_SOURCE=2 -fcf-protection \
-fno-delete-null-pointer-checks"
LD_FLAGS='-Wl,-z,relro -Wl,-z,now'

# Builds when a source, nginx or a flag changed, told by a hash. Shared by all
# homes of the checkout; each keeps its own copy of the result, so that only
# its own `up` changes what it runs.
build_module() {
    mkdir -p "$BUILD_DIR"
    exec 8> "$BUILD_DIR/lock"
    flock 8
    build_if_changed 8>&-
    exec 8>&-
}

build_if_changed() {
    hash=$({
        cd "$TOP"
        tree_hash config ngx_commerce_module conf/cli/build.sh \
            conf/cli/password.c
        dpkg-query -W -f '${Version}\n' nginx-dev
    } | sha256sum | cut -c1-64)

    if [ -f "$BUILD_DIR/$MODULE" ] \
        && [ "$(cat "$BUILD_DIR/hash" 2>/dev/null)" = "$hash" ]
    then
        return 0
    fi

    step "Building the module against nginx $(nginx_version):" \
        "$(find "$TOP/ngx_commerce_module" -name '*.c' | wc -l) files"
    mkdir -p "$BUILD_DIR/objs"
    rm -f "$BUILD_DIR/hash"
    logged "$BUILD_DIR/configure.log" configure_module
    logged "$BUILD_DIR/make.log" make_module
    cp "$BUILD_DIR/objs/$MODULE" "$BUILD_DIR/$MODULE.new"
    mv "$BUILD_DIR/$MODULE.new" "$BUILD_DIR/$MODULE"
    build_password
    printf '%s\n' "$hash" > "$BUILD_DIR/hash"
}

# nginx's own configure with the flags of Debian's binary: the same ABI.
configure_module() (
    # shellcheck disable=SC2016
    cd "$NGINX_SOURCE" \
        && bash -c '. ./conf_flags && exec ./configure "${NGX_CONF_FLAGS[@]}" \
               --builddir="$1" --add-dynamic-module="$2" \
               --with-cc-opt="$3" --with-ld-opt="$4"' \
               configure "$BUILD_DIR/objs" "$TOP" "$CC_FLAGS" "$LD_FLAGS"
)

make_module() {
    make -s -f "$BUILD_DIR/objs/Makefile" -C "$NGINX_SOURCE" \
        -j "$(nproc)" modules
}

# The same argon2id as the gateway's, for `user add`.
build_password() {
    base=$TOP/ngx_commerce_module/base
    # shellcheck disable=SC2086
    logged "$BUILD_DIR/password.log" cc $CC_FLAGS $LD_FLAGS -I "$base" \
        -o "$BUILD_DIR/commerce-password" \
        "$TOP/conf/cli/password.c" "$base"/password*.c -largon2 -lcrypto
}

nginx_version() {
    $NGINX -v 2>&1 | sed 's/.*nginx\///'
}
