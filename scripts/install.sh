#!/usr/bin/env bash
# Makes this machine a board of a Bramble fleet. Safe to repeat: what is done already is left as it is.
#
#   sudo ./install.sh                                              a new fleet, with this board as its first voter
#   sudo ./install.sh --join 192.168.1.11:6443 --token BR1…        a board of a fleet that exists
#
#   --join ADDRESS    BRAMBLE_JOIN      a voter of the fleet to join
#   --token TOKEN     BRAMBLE_TOKEN     what `bramble token create` printed there
#   --voter           BRAMBLE_VOTER=1   vote, too; the token must be made with --voter
#   --fleet NAME      BRAMBLE_FLEET     what a new fleet is called
#   --name NAME       BRAMBLE_NAME      this board's name, its host name unless given
#   --address IP      BRAMBLE_ADDRESS   where other boards reach it, found out unless given
#   --files DIR       BRAMBLE_FILES     the release's files; those beside this script unless given
#   --url URL         BRAMBLE_URL       where to download them, https://…
#   --sums SHA256     BRAMBLE_SUMS      what SHA256SUMS itself must be, to trust nobody on the way
#   --no-packages     BRAMBLE_PACKAGES=0   do not install what is missing from the distribution
#   --fix             BRAMBLE_FIX=1     let `bramble doctor` mend what it safely can
#   --wait SECONDS    BRAMBLE_WAIT      how long to wait until the board is Ready (180)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
join=${BRAMBLE_JOIN:-}
token=${BRAMBLE_TOKEN:-}
voter=${BRAMBLE_VOTER:-0}
fleet=${BRAMBLE_FLEET:-}
name=${BRAMBLE_NAME:-}
address=${BRAMBLE_ADDRESS:-}
files=${BRAMBLE_FILES:-}
url=${BRAMBLE_URL:-}
sums=${BRAMBLE_SUMS:-}
packages=${BRAMBLE_PACKAGES:-1}
fix=${BRAMBLE_FIX:-0}
wait_seconds=${BRAMBLE_WAIT:-180}
data=/var/lib/bramble

step() { printf '\033[1m▸ %s\033[0m\n' "$*"; }
note() { printf '  %s\n' "$*"; }
stop() {
  printf 'install: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
booted_with_systemd() { [ -d /run/systemd/system ]; }

while [ $# -gt 0 ]; do
  case $1 in
    --voter) voter=1 ;;
    --no-packages) packages=0 ;;
    --fix) fix=1 ;;
    --help | -h)
      sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"
      exit 0
      ;;
    --join | --token | --fleet | --name | --address | --files | --url | --sums | --wait)
      [ $# -ge 2 ] || stop "$1 needs a value: see $0 --help"
      case $1 in
        --join) join=$2 ;;
        --token) token=$2 ;;
        --fleet) fleet=$2 ;;
        --name) name=$2 ;;
        --address) address=$2 ;;
        --files) files=$2 ;;
        --url) url=$2 ;;
        --sums) sums=$2 ;;
        --wait) wait_seconds=$2 ;;
      esac
      shift
      ;;
    *) stop "unknown argument '$1': see $0 --help" ;;
  esac
  shift
done

# What a person can mend by asking again is said before anything is changed.
[ "$(id -u)" = 0 ] || stop "needs root: run it with sudo"
[ "$(uname -s)" = Linux ] || stop "boards run Linux, this is $(uname -s)"
case $(uname -m) in
  x86_64) arch=x64 debian=amd64 ;;
  aarch64) arch=arm64 debian=arm64 ;;
  armv7l | armv6l) stop "this is a 32-bit system, for which there is no Node.js of the version that bramble needs: install the 64-bit system, which every board from the Raspberry Pi 3 on runs" ;;
  *) stop "there is no release for $(uname -m): boards are x86-64 or arm64" ;;
esac
case $wait_seconds in '' | *[!0-9]*) stop "--wait '$wait_seconds' is not a number of seconds" ;; esac
[ -z "$join" ] || [ -n "$token" ] || [ -e "$data/identity.json" ] ||
  stop "--join needs --token: make one with 'bramble token create' on a board of the fleet"
[ -n "$join" ] || [ -z "$token" ] || stop "--token is for joining: say where with --join ADDRESS"
[ -n "$join" ] || [ "$voter" != 1 ] || stop "--voter is for joining; the first board of a fleet always votes"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# --- The files of the release: found, or downloaded, and compared before anything of them is run or placed.

if [ -z "$files" ] && [ -z "$url" ]; then
  if [ -e "$here/SHA256SUMS" ]; then files=$here; else
    stop "there is no release beside $0: say where it is with --files DIR, or --url https://…"
  fi
fi
fetch() {
  if [ -n "$files" ]; then
    [ -e "$files/$1" ] || stop "$files/$1 is missing: copy the whole release there, SHA256SUMS too"
    cp "$files/$1" "$scratch/$1"
  elif have curl; then
    curl --fail --location --silent --show-error --retry 3 --output "$scratch/$1" "${url%/}/$1" ||
      stop "could not download ${url%/}/$1: look at the address and the link, then run this again"
  elif have wget; then
    wget --quiet --tries=3 --output-document="$scratch/$1" "${url%/}/$1" ||
      stop "could not download ${url%/}/$1: look at the address and the link, then run this again"
  else
    stop "needs curl or wget to download: apt-get install curl, or copy the release here and use --files"
  fi
}
case $url in
  '' | https://*) ;;
  *) [ -n "$sums" ] || stop "$url is not https: anybody on the way could change what is installed; use https, or give --sums" ;;
esac

step "release"
fetch SHA256SUMS
if [ -n "$sums" ]; then
  echo "$sums  $scratch/SHA256SUMS" | sha256sum --check --status ||
    stop "SHA256SUMS is not the one that --sums names: do not use these files"
fi
if have dpkg; then wanted=$(sed -n "s/^[0-9a-f]\{64\}  \(bramble_.*_$debian\.deb\)\$/\1/p" "$scratch/SHA256SUMS"); else
  wanted="bramble-linux-$arch bramble.service config.yaml"
fi
[ -n "$wanted" ] || stop "this release has no package for $debian: use one that has"
for file in $wanted; do
  fetch "$file"
  grep "  $file\$" "$scratch/SHA256SUMS" | (cd "$scratch" && sha256sum --check --status) ||
    stop "$file is not what SHA256SUMS says: it was cut short or changed; fetch it again"
  note "$file is as SHA256SUMS says"
done
if have dpkg; then dpkg-deb --fsys-tarfile "$scratch/$wanted" | tar -xO ./usr/bin/bramble >"$scratch/bramble"; else
  cp "$scratch/bramble-linux-$arch" "$scratch/bramble"
fi
chmod 755 "$scratch/bramble"
version=$("$scratch/bramble" version) || stop "the executable does not run here: it needs glibc 2.28 or newer, as in Debian 10"
note "$version"

# --- The board.

examine() {
  "$scratch/bramble" --help | grep -q '^  doctor' || return 0
  step "$1"
  if [ "$fix" = 1 ]; then set -- --fix; else set --; fi
  "$scratch/bramble" doctor "$@" || note "findings are left: see what to do about each above"
}

missing=()
need() { have "$1" || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ] || missing+=("$2"); }
need dockerd docker.io
need ip iproute2
need wg wireguard-tools
need nft nftables
need iptables iptables
need nsenter util-linux
need sysctl procps
modinfo wireguard >/dev/null 2>&1 || need wireguard-go wireguard-go
[ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
# An engine of another origin than Debian's is as good.
if [ -S /var/run/docker.sock ]; then
  for index in "${!missing[@]}"; do [ "${missing[$index]}" != docker.io ] || unset "missing[$index]"; done
fi
if [ ${#missing[@]} -gt 0 ]; then
  step "engine and tools from the distribution"
  [ "$packages" = 1 ] || stop "these packages are missing: ${missing[*]}"
  have apt-get || stop "knows apt only: install these yourself, then run this again: ${missing[*]}"
  note "${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq || stop "the distribution's packages cannot be listed: look at the link and /etc/apt, then run this again"
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$scratch/apt.log" 2>&1 || {
    tail -n 5 "$scratch/apt.log" >&2
    stop "could not install ${missing[*]}: the end of what apt said is above"
  }
  # Bramble's package depends on them or recommends them: with it they may go again, by `apt-get autoremove`.
  if have dpkg; then apt-mark auto "${missing[@]}" >/dev/null; fi
fi
examine "what the doctor says of this board"

# --- The program and its service.

step "program"
if have dpkg; then
  if [ "$(dpkg-query --show --showformat='${Version}' bramble 2>/dev/null)" = "$(dpkg-deb --field "$scratch/$wanted" Version)" ] &&
    cmp -s /usr/bin/bramble "$scratch/bramble"; then
    note "$version is installed already"
  else
    dpkg --install --force-confold "$scratch/$wanted" >"$scratch/dpkg.log" 2>&1 || {
      tail -n 5 "$scratch/dpkg.log" >&2
      stop "the package could not be installed: the end of what dpkg said is above"
    }
    note "installed $version"
  fi
  bramble=/usr/bin/bramble
else
  bramble=/usr/local/bin/bramble
  if ! cmp -s "$bramble" "$scratch/bramble"; then
    mkdir -p "${bramble%/*}"
    # In one step: it may be running.
    cp "$scratch/bramble" "$bramble.new" && mv "$bramble.new" "$bramble"
  fi
  mkdir -p /etc/bramble
  [ -e /etc/bramble/config.yaml ] || cp "$scratch/config.yaml" /etc/bramble/config.yaml
  if [ -d /etc/systemd/system ]; then
    sed 's:/usr/bin/bramble:/usr/local/bin/bramble:' "$scratch/bramble.service" >/etc/systemd/system/bramble.service
    if booted_with_systemd; then systemctl daemon-reload && systemctl enable --quiet bramble; fi
  fi
  note "installed $version as $bramble"
fi

# --- The fleet.

step "fleet"
board=()
[ -z "$name" ] || board+=(--name "$name")
[ -z "$address" ] || board+=(--address "$address")
if [ -e "$data/identity.json" ]; then
  note "this board belongs to a fleet already"
elif [ -n "$join" ]; then
  [ "$voter" != 1 ] || board+=(--voter)
  "$bramble" join "$join" --token "$token" "${board[@]}" | sed -n '1s/^/  /p'
else
  [ -z "$fleet" ] || board+=(--fleet "$fleet")
  "$bramble" init "${board[@]}" | sed -n '1s/^/  /p'
fi
[ -e "$data/identity.json" ] || stop "the board is part of no fleet: see above"

step "service"
if booted_with_systemd; then
  systemctl start docker || stop "the Docker engine does not start: see journalctl -u docker"
  # Returns when the board looks after its pods.
  systemctl start bramble || stop "bramble does not start: see journalctl -u bramble"
  "$bramble" status --wait "${wait_seconds}s" || stop "the board did not become Ready within $wait_seconds s: see journalctl -u bramble"
else
  note "this system was not booted with systemd: start the Docker engine, then run: $bramble run"
fi

step "done"
if [ -e "$data/admin.kubeconfig" ]; then
  cat <<END
  See the fleet:           $bramble get nodes
  With kubectl:            kubectl --kubeconfig $data/admin.kubeconfig get nodes
  Add a board, from here:  $bramble token create     (then install.sh --join … --token … there)
END
else
  note "See the fleet from the board that founded it: bramble get nodes"
fi
note "What it says:            journalctl -u bramble -f"
note "Settings:                /etc/bramble/config.yaml"
note "Remove it again:         $bramble uninstall"
