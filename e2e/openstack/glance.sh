# Sourced: Glance's own server, as many instances as are wanted. Each has its database, two file stores and all import methods.

# glance_prepare NAME PORT PIPELINE
glance_prepare() {
  local name=$1 port=$2 pipeline=$3 etc=$ETC/$1 state=$STATE/$1
  mkdir -p "$etc" "$state"/{fast,slow,tasks,staging,lock,cache}
  # The properties that every packaged Glance knows by name; it looks for that file beside its configuration first, then in /etc/glance.
  cp "$HERE/fake_auth.py" "$HERE/glance-api-paste.ini" "$HERE/schema-image.json" "$etc/"
  cat >"$etc/glance-api.conf" <<CONF
[DEFAULT]
bind_host = $HOST
bind_port = $port
# One process; any other number forks that many workers and a master.
workers = 0
use_stderr = True
enabled_backends = fast:file, slow:file
enabled_import_methods = [glance-direct,web-download,copy-image]
image_cache_dir = $state/cache
worker_self_reference_url = http://$HOST:$port
[database]
connection = sqlite:///$state/glance.sqlite
[glance_store]
default_backend = fast
[fast]
filesystem_store_datadir = $state/fast
store_description = the fast one
[slow]
filesystem_store_datadir = $state/slow
store_description = the slow one
[os_glance_tasks_store]
filesystem_store_datadir = $state/tasks
[os_glance_staging_store]
filesystem_store_datadir = $state/staging
[import_filtering_opts]
# Loopback is refused by default.
allowed_hosts = [$HOST]
allowed_ports = [$WEB_SOURCE_PORT]
[oslo_concurrency]
lock_path = $state/lock
[oslo_messaging_notifications]
driver = noop
[paste_deploy]
config_file = $etc/glance-api-paste.ini
flavor = $pipeline
[keystone_authtoken]
www_authenticate_uri = http://$HOST:$KEYSTONE_PORT
auth_url = http://$HOST:$KEYSTONE_PORT
auth_type = password
project_domain_id = default
user_domain_id = default
project_name = service
username = glance
password = $SERVICE_PASSWORD
region_name = $REGION
CONF
}

# tiny_store NAME: a file system of 8 MiB, which a test may give that instance as a store to fill. Prints its folder; nothing where it may not be mounted.
tiny_store() {
  local folder=$STATE/$1/tiny
  mkdir -p "$folder"
  mountpoint -q "$folder" || mount -t tmpfs -o size=8m,mode=700 glancer-tiny "$folder" 2>>"$LOG/setup.log" || return 0
  echo "$folder"
}

# Migrates once; each instance gets a copy.
glance_database() {
  local template=$STATE/template.sqlite
  [ ! -s "$template" ] || return 0
  printf '[database]\nconnection = sqlite:///%s.new\n' "$template" >"$ETC/glance-manage.conf"
  rm -f "$template.new"
  $PY -c 'import sys; from glance.cmd.manage import main; sys.argv[0] = "glance-manage"; sys.exit(main())' \
    --config-file "$ETC/glance-manage.conf" db_sync
  mv "$template.new" "$template"
}

glance_launch() {
  [ -s "$STATE/$1/glance.sqlite" ] || cp "$STATE/template.sqlite" "$STATE/$1/glance.sqlite"
  launch "$1" env PYTHONPATH="$ETC/$1" $PY -c 'import sys; from glance.cmd.api import main; sys.argv[0] = "glance-api"; sys.exit(main())' \
    --config-file "$ETC/$1/glance-api.conf" --config-file "$ETC/$1/extra.conf"
}
