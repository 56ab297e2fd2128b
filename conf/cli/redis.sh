# shellcheck shell=sh
# The private Redis: a cache, so nothing is kept on disk; a unix socket that
# only the workers' user may open; no TCP.

start_redis() {
    if redis_pid > /dev/null; then
        return 0
    fi

    step 'Starting Redis'
    owned_dir "$WORKER_USER" "$RUN_DIR/redis"
    chmod 700 "$RUN_DIR/redis"
    : >> "$LOG_DIR/redis.log"
    if is_root; then
        chown "$WORKER_USER" "$LOG_DIR/redis.log"
    fi
    sed -e "s|@run@|$RUN_DIR/redis|" -e "s|@log@|$LOG_DIR/redis.log|" \
        "$TOP/conf/redis.conf" > "$HOME_DIR/redis.conf"
    (cd / && as "$WORKER_USER" redis-server "$HOME_DIR/redis.conf" > /dev/null) \
        || die "Redis does not start, see $LOG_DIR/redis.log"
}

redis_pid() {
    live_pid "$RUN_DIR/redis/redis.pid"
}

stop_redis() {
    redis_pid > /dev/null || return 0
    step 'Stopping Redis'
    kill "$(redis_pid)"
    await 10 redis_gone || die 'Redis does not stop'
}

redis_gone() {
    ! redis_pid > /dev/null
}
