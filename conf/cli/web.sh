# shellcheck shell=sh
# What nginx serves as files, below $WWW_DIR: a first page, /docs, the front
# end. Workers read nothing from the checkout, which they may not be able to
# enter.

make_pages() {
    cp "$TOP"/conf/www/* "$WWW_DIR"/
    make_docs
    make_front_end
}

# /docs: Swagger UI as npm delivers it, pinned by the lock file, without
# running any install script. Without npm or its registry the shop is complete
# but for this page, which then says so; another try is made an hour later.
make_docs() {
    hash=$(tree_hash "$TOP/conf/docs")
    if done_before docs "$hash" || [ -n "$(find "$HOME_DIR/done/docs-missing" \
        -mmin -60 2>/dev/null)" ]
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

# The front end, when there is one: an npm workspace whose `build` leaves
# dist/, which becomes the site.
make_front_end() {
    [ -f "$TOP/frontend/package.json" ] || return 0
    command -v npm > /dev/null || {
        note 'the front end is skipped: there is no npm'
        return 0
    }

    hash=$(tree_hash "$TOP/frontend")
    if done_before frontend "$hash"; then
        return 0
    fi

    step 'Building the front end'
    logged "$LOG_DIR/frontend.log" build_front_end
    rm -rf "$WWW_DIR/app"
    cp -R "$TOP/frontend/dist" "$WWW_DIR/app"
    done_now frontend "$hash"
}

build_front_end() (
    cd "$TOP/frontend" \
        && npm ci --ignore-scripts --no-audit --no-fund \
        && npm run build
)
