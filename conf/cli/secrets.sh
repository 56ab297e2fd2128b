# shellcheck shell=sh
# Generated secrets, mode 0600, made once and then kept: passwords below
# $SECRET_DIR, keys below $KEY_DIR. Only nginx's master process, psql run by
# the owner of the home and `status` read them.

# secret NAME [BYTES]: its value, twice as many hexadecimal digits; made at the
# first call.
secret() {
    if [ ! -s "$SECRET_DIR/$1" ]; then
        (
            umask 077
            openssl rand -hex "${2-20}" > "$SECRET_DIR/$1.new"
            mv "$SECRET_DIR/$1.new" "$SECRET_DIR/$1"
        )
    fi
    cat "$SECRET_DIR/$1"
}

# The keys of the gateway: one ES256 pair that signs tokens, 32 bytes that
# seal personal data (a ring: to change them, add a line, keep the old ones), 32
# that sign cursors.
make_keys() {
    if [ ! -s "$KEY_DIR/signing" ]; then
        step 'Making the signing key'
        new_signing_key
    fi
    random_key seal 'k1 '
    random_key cursor ''
}

# random_key NAME PREFIX: 32 bytes in hexadecimal, after what the file's format
# wants before them.
random_key() {
    [ -s "$KEY_DIR/$1.key" ] || (
        umask 077
        printf '%s%s\n' "$2" "$(openssl rand -hex 32)" > "$KEY_DIR/$1.key.new"
        mv "$KEY_DIR/$1.key.new" "$KEY_DIR/$1.key"
    )
}

# A new key signs from now on; those before it keep verifying until dropped.
# $KEY_DIR/signing names the newest.
new_signing_key() {
    kid=es256-$(date -u +%Y%m%d)-$(openssl rand -hex 4)
    (
        umask 077
        openssl ecparam -name prime256v1 -genkey -noout \
            -out "$KEY_DIR/$kid.pem"
        printf '%s\n' "$kid" > "$KEY_DIR/signing.new"
    )
    mv "$KEY_DIR/signing.new" "$KEY_DIR/signing"
}

# Keys that only verify go, those that are older than a day.
drop_old_keys() {
    find "$KEY_DIR" -name 'es256-*.pem' -mmin +1440 \
        ! -name "$(cat "$KEY_DIR/signing").pem" -print -delete
}

# The lines of nginx.conf that name the keys.
render_keys() {
    signing=$(cat "$KEY_DIR/signing")
    for pem in "$KEY_DIR"/es256-*.pem; do
        kid=$(basename "$pem" .pem)
        sign=
        [ "$kid" != "$signing" ] || sign=' sign'
        echo "commerce_jwt_key $kid alg=ES256 file=$pem$sign;"
    done
}
