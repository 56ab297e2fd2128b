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
# but for this page, so that is said and not fatal.
make_docs() {
    hash=$(tree_hash "$TOP/conf/docs")
    if done_before docs "$hash"; then
        return 0
    fi

    step 'Making the API documentation page (Swagger UI)'
    if ! command -v npm > /dev/null; then
        note 'skipped: there is no npm; the contract is at /openapi.json'
        return 0
    fi

    work=$HOME_DIR/tmp/docs
    rm -rf "$work"
    mkdir -p "$work"
    cp -R "$TOP/conf/docs/." "$work"
    if ! (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund 9>&-) \
        > "$LOG_DIR/docs.log" 2>&1
    then
        note "skipped: npm could not install it ($LOG_DIR/docs.log);"
        note 'the contract is at /openapi.json'
        return 0
    fi

    mkdir -p "$work/out"
    for file in swagger-ui-bundle.js swagger-ui.css favicon-32x32.png LICENSE
    do
        cp "$work/node_modules/swagger-ui-dist/$file" "$work/out/"
    done
    cp "$TOP/conf/docs/index.html" "$TOP/conf/docs/docs.css" \
        "$TOP/conf/docs/docs.js" "$work/out/"
    rm -rf "$WWW_DIR/docs"
    mv "$work/out" "$WWW_DIR/docs"
    rm -rf "$work"
    done_now docs "$hash"
}

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
