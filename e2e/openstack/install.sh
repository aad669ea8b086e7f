# Sourced by up: Debian's packages, if any is missing. The libraries with their command lines, without the packages that bring services.
PACKAGES=(python3-glance python3-keystone python3-openstackclient python3-glanceclient python3-openstacksdk uwsgi-core uwsgi-plugin-python3 curl)

install_packages() {
  local missing=() name policy=/usr/sbin/policy-rc.d made='' code=0
  command -v dpkg-query >/dev/null || fail "Keystone and Glance come from Debian's packages, and this system has no dpkg"
  for name in "${PACKAGES[@]}"; do
    dpkg-query -W -f='${db:Status-Abbrev}' "$name" 2>/dev/null | grep -q ^ii || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || fail "missing, and only root can install: apt-get install --no-install-recommends ${missing[*]}"
  # Nothing that a package brings along shall start a service here.
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy; chmod 755 $policy; made=1; }
  (
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q && apt-get install -y -q --no-install-recommends -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold "${missing[@]}"
  ) >>"$LOG/install.log" 2>&1 </dev/null 9>&- || code=$?
  [ -z "$made" ] || rm -f $policy
  [ $code = 0 ] || { tail -n 20 "$LOG/install.log" >&2; fail "apt-get failed (all of it is in $LOG/install.log)"; }
}
