# shellcheck shell=sh
# Mail: mail.conf in COMMERCE_HOME, and the mailbox where the demonstration's
# mail ends. Who writes a mail.conf of his own, without our first line, has his
# own server, and no mailbox runs.

MAIL_MARK='# Made by ./commerce up; replace it with your own commerce_mail.'

mail_is_ours() {
    [ "${COMMERCE_MAIL-}" != no ] || return 1
    [ ! -f "$HOME_DIR/mail.conf" ] \
        || [ "$(head -n 1 "$HOME_DIR/mail.conf")" = "$MAIL_MARK" ]
}

start_mailbox() {
    if ! mail_is_ours; then
        stop_mailbox
        return 0
    fi

    if mailbox_pid > /dev/null; then
        return 0
    fi

    step 'Starting the mailbox'
    owned_dir "$WORKER_USER" "$HOME_DIR/mail"
    owned_dir "$WORKER_USER" "$RUN_DIR/mailbox"
    chmod 700 "$HOME_DIR/mail"
    cp "$TOP/conf/cli/mailbox.py" "$RUN_DIR/mailbox/mailbox.py"
    : >> "$LOG_DIR/mailbox.log"
    (cd / && as "$WORKER_USER" setsid -f /usr/bin/python3 \
        "$RUN_DIR/mailbox/mailbox.py" --directory "$HOME_DIR/mail" \
        --run "$RUN_DIR/mailbox") >> "$LOG_DIR/mailbox.log" 2>&1 < /dev/null
    await 20 mailbox_pid > /dev/null \
        || die "the mailbox does not start, see $LOG_DIR/mailbox.log"
}

mailbox_pid() {
    [ -f "$RUN_DIR/mailbox/ports" ] && live_pid "$RUN_DIR/mailbox/pid"
}

stop_mailbox() {
    mailbox_pid > /dev/null || return 0
    step 'Stopping the mailbox'
    kill "$(mailbox_pid)"
    await 10 mailbox_gone || die 'the mailbox does not stop'
}

mailbox_gone() {
    ! mailbox_pid > /dev/null
}

# Ports are kept from one start to the next.
mailbox_port() {
    sed -n "s/^$1 //p" "$RUN_DIR/mailbox/ports"
}

mailbox_url() {
    echo "http://127.0.0.1:$(mailbox_port http)/"
}

# Where to read the mail, behind a label; nothing without a mailbox.
mailbox_line() {
    if mailbox_pid > /dev/null; then
        printf '%s%s\n' "$1" "$(mailbox_url)"
    fi
}

render_mail() {
    if [ "${COMMERCE_MAIL-}" = no ]; then
        if [ -f "$HOME_DIR/mail.conf" ] \
            && [ "$(head -n 1 "$HOME_DIR/mail.conf")" = "$MAIL_MARK" ]
        then
            rm "$HOME_DIR/mail.conf"
        fi
    elif mail_is_ours && mailbox_pid > /dev/null; then
        port=$(mailbox_port smtp)
        cat > "$HOME_DIR/mail.conf" <<END
$MAIL_MARK
commerce_mail       smtp://127.0.0.1:$port "from=Loja <loja@example.com>"
                    url=$(gateway_url) templates=$TOP/conf/mail;
commerce_http_allow 127.0.0.1:$port;
END
    fi
}
