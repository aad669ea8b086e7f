# Sourced by up, down and control: where everything is, and how one process is started, watched and stopped.
# All state is in one folder; nothing under /etc or /var/lib is read or written.
set -euo pipefail

DIR=${GLANCER_OPENSTACK_DIR:-$HOME/.cache/glancer-openstack-test}
ETC=$DIR/etc STATE=$DIR/state RUN=$DIR/run LOG=$DIR/log
HOST=127.0.0.1 REGION=RegionOne
# The packages belong to Debian's own Python, whatever `python3` may be in the path.
PY=/usr/bin/python3
NAMES=(keystone glance glance-none glance-fake glance-two)

# For throw-away services on loopback. Distinctive, so that a test can look for them where no secret may be.
ADMIN_PASSWORD=secret-of-admin ALICE_PASSWORD=secret-of-alice BOB_PASSWORD=secret-of-bob RITA_PASSWORD=secret-of-rita
SERVICE_PASSWORD=secret-of-glance

fail() { echo "openstack: $*" >&2; exit 1; }

lap_from=$EPOCHREALTIME
# lap WHAT: prints how long it took since the lap before.
lap() {
  local now=$EPOCHREALTIME ms
  ms=$(((${now/[.,]/} - ${lap_from/[.,]/}) / 1000)); lap_from=$now
  printf 'openstack: %-32s %4d.%02d s\n' "$1" $((ms / 1000)) $((ms % 1000 / 10))
}

# One of up, down and control at a time on one folder. The processes that are started close this file.
lock() { mkdir -p "$DIR"; exec 9>"$DIR/lock"; flock -w 300 9 || fail "another run holds $DIR/lock"; }

# step COMMAND...: silent unless it fails.
step() { "$@" >>"$LOG/setup.log" 2>&1 || { tail -n 15 "$LOG/setup.log" >&2; fail "failed: $* (all of it is in $LOG/setup.log)"; }; }

known() { local name; for name in "${NAMES[@]}"; do [ "$name" != "$1" ] || return 0; done; fail "there is no \"$1\"; there are: ${NAMES[*]}"; }

# A process that nobody reaps (a container without init) still answers `kill -0`: its state tells.
live_pid() { grep -q '^State:[[:space:]]*[^ZX]' "/proc/$1/status" 2>/dev/null; }
# A pid from before a reboot may be somebody else's by now: the process must have our folder in its environment.
alive() {
  local pid
  [ -s "$RUN/$1.pid" ] && pid=$(<"$RUN/$1.pid") && live_pid "$pid" &&
    { tr '\0' '\n' <"/proc/$pid/environ" | grep -qxF "GLANCER_OPENSTACK_INSTANCE=$DIR/$1"; } 2>/dev/null
}

# launch NAME COMMAND...: in a session of its own, so that its children can be ended with it.
launch() {
  local name=$1; shift
  alive "$name" && return 0
  (cd "$STATE" && exec env GLANCER_OPENSTACK_INSTANCE="$DIR/$name" setsid "$@" >>"$LOG/$name.log" 2>&1 </dev/null 9>&-) &
  echo $! >"$RUN/$name.pid"
}

# halt NAME: asks, waits 5 s, then kills its whole session.
halt() {
  local pid
  if alive "$1"; then
    pid=$(<"$RUN/$1.pid")
    kill -TERM "$pid" 2>/dev/null || true
    for _ in $(seq 100); do live_pid "$pid" || break; sleep 0.05; done
    ! live_pid "$pid" || kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$RUN/$1.pid"
}

address() {
  case $1 in
    keystone) echo "http://$HOST:$KEYSTONE_PORT/v3" ;;
    glance) echo "http://$HOST:$GLANCE_PORT" ;;
    glance-none) echo "http://$HOST:$GLANCE_NONE_PORT" ;;
    glance-fake) echo "http://$HOST:$GLANCE_FAKE_PORT" ;;
    glance-two) echo "http://$HOST:$GLANCE_TWO_PORT" ;;
  esac
}

# answers NAME: waits until it does, or died.
answers() {
  local url
  url=$(address "$1"); [ "$1" = keystone ] || url=$url/healthcheck
  for _ in $(seq 600); do
    ! curl -s -o /dev/null --noproxy '*' --max-time 2 "$url" || return 0
    # A session leader may need a moment to appear; one that was there and is gone has died.
    alive "$1" || { sleep 0.2; alive "$1" || { tail -n 15 "$LOG/$1.log" >&2; fail "$1 ended by itself (all of it is in $LOG/$1.log)"; }; }
    sleep 0.05
  done
  fail "$1 does not answer on $url after half a minute (see $LOG/$1.log)"
}

# Ports once chosen are kept, since Keystone's catalog names them, unless somebody else took one meanwhile.
choose_ports() {
  local names=(KEYSTONE_PORT GLANCE_PORT GLANCE_NONE_PORT GLANCE_FAKE_PORT WEB_SOURCE_PORT GLANCE_TWO_PORT) kept=() name running=
  for name in "${NAMES[@]}"; do ! alive "$name" || running=1; done
  # A folder of an older version lacks some: then all are chosen anew.
  if grep -qs "^${names[-1]}=" "$DIR/ports"; then
    # shellcheck disable=SC1091
    . "$DIR/ports"
    [ -z "$running" ] || return 0
    for name in "${names[@]}"; do kept+=("${!name}"); done
  fi
  [ -z "$running" ] || fail "services of an older version run in $DIR: \`down\` first"
  $PY - "${names[@]}" -- "${kept[@]}" >"$DIR/ports.new" <<'PYTHON'
import socket, sys

cut = sys.argv.index('--')
names, kept = sys.argv[1:cut], [int(port) for port in sys.argv[cut + 1:]]


def take(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(('127.0.0.1', port))
    return listener


try:
    held = [take(port) for port in kept] or [take(0) for _ in names]
except OSError:
    held = [take(0) for _ in names]
for name, listener in zip(names, held):
    print('%s=%d' % (name, listener.getsockname()[1]))
PYTHON
  mv "$DIR/ports.new" "$DIR/ports"
  # shellcheck disable=SC1091
  . "$DIR/ports"
}

# Settings of a test's own, read after ours; kept between runs until somebody empties the file.
extra_conf() { [ -e "$ETC/$1/extra.conf" ] || echo "${2:-# settings of a test; they win}" >"$ETC/$1/extra.conf"; }
