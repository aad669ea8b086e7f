# Sourced: Keystone on SQLite under uwsgi.

keystone_prepare() {
  local etc=$ETC/keystone state=$STATE/keystone
  mkdir -p "$etc" "$state"
  extra_conf keystone
  cat >"$etc/keystone.conf" <<CONF
[DEFAULT]
use_stderr = True
[database]
connection = sqlite:///$state/keystone.sqlite
[auth]
methods = external,password,token,oauth1,mapped,application_credential,totp
[token]
provider = fernet
[fernet_tokens]
key_repository = $state/fernet-keys
[fernet_receipts]
key_repository = $state/fernet-keys
[credential]
key_repository = $state/credential-keys
# Keystone changes what it takes out of the cache: with one in the process the second look at a credential fails.
caching = False
[cache]
# Without it each request opens some 47 SQLite connections. In the process, so right for one process only.
enabled = True
backend = oslo_cache.dict
[identity]
# The least cost of bcrypt; the default takes a quarter of a second for every password.
password_hash_rounds = 4
[oslo_messaging_notifications]
driver = noop
CONF
}

# Migrates a new database; two keys in each repository, as fernet_setup makes them (in a hundredth of its time).
keystone_database() {
  local state=$STATE/keystone keys i
  rm -rf "$state"/{keystone.sqlite*,fernet-keys,credential-keys}
  for keys in fernet-keys credential-keys; do
    mkdir -m 700 "$state/$keys"
    for i in 0 1; do (umask 077; head -c 32 /dev/urandom | base64 -w0 | tr '+/' '-_' >"$state/$keys/$i"); done
  done
  keystone_manage db_sync
}

keystone_bootstrap() {
  local url
  url=$(address keystone)
  keystone_manage bootstrap --bootstrap-username admin --bootstrap-password "$ADMIN_PASSWORD" --bootstrap-project-name admin \
    --bootstrap-role-name admin --bootstrap-service-name keystone --bootstrap-region-id $REGION \
    --bootstrap-public-url "$url" --bootstrap-internal-url "$url" --bootstrap-admin-url "$url"
}

keystone_manage() { $PY /usr/bin/keystone-manage --config-file "$ETC/keystone/keystone.conf" "$@"; }

# One thread: with more, SQLite answers "database is locked". uwsgi closes after each answer without saying so: `Connection: close` says it,
# for clients that keep their connections.
keystone_launch() {
  launch keystone /usr/bin/uwsgi_python3 --http-socket "$HOST:$KEYSTONE_PORT" --wsgi-file /usr/bin/keystone-wsgi-public --need-app \
    --die-on-term --threads 1 --enable-threads --buffer-size 65535 --listen 100 --add-header 'Connection: close' \
    --env OS_KEYSTONE_CONFIG_FILES="$ETC/keystone/keystone.conf;$ETC/keystone/extra.conf"
}
