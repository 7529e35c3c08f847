#!/bin/sh
# Proves that this repository needs nothing but Python and git: ./dev fresh [SUITE…]
#
# For each suite (Debian's or Ubuntu's; those that this machine's mirror does not offer are left out, and named) it
# makes a new minimal system in a folder, gives it this machine's mirrors and a clone of HEAD, and there
#   1. an ordinary user without sudo is told the one command that is missing;
#   2. root's set-up is killed half-way;
#   3. root's ./dev demo repairs that and shows the demo;
#   4. ./dev test passes;
#   5. without a network, ./dev test still starts, because nothing has changed.
# Everything runs in namespaces of its own: no mount and no process outlives it. Needs root, debootstrap and unshare.

set -eu
cd -- "$(dirname -- "$0")/.."

work=$(pwd -P)/.dev/fresh
clone=srv/clone # in the new system
[ $# -gt 0 ] || set -- bookworm trixie noble

say() {
    printf '%s\n' "$@" >&2
}

[ "$(id -u)" -eq 0 ] || { say 'Making a new system needs root: sudo ./dev fresh' && exit 2; }
for program in debootstrap unshare chroot git; do
    command -v "$program" >/dev/null || { say "$program is missing: apt-get install $program" && exit 2; }
done

tree=
clean() {
    [ -z "$tree" ] || rm -rf --one-file-system "$tree"
}
trap clean EXIT
trap 'exit 130' INT TERM HUP

timed() { # timed LABEL COMMAND…: its output goes to a log that is shown if it fails.
    label=$1
    shift
    begun=$(date +%s)
    printf '  %-58s' "$label" >&2
    if "$@" >"$work/log" 2>&1 </dev/null; then
        say " $(($(date +%s) - begun)) s"
    else
        say ' FAILED'
        tail -n 80 "$work/log" >&2
        exit 1
    fi
}

# shellcheck disable=SC2016 # the dollar is apt's
mirror_of() { # Where this machine's apt gets its packages, if that place offers the suite.
    for site in $(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | sort -u); do
        for place in "$site" "${site%/*}/ubuntu"; do
            if /usr/lib/apt/apt-helper download-file "$place/dists/$1/InRelease" "$work/InRelease" >/dev/null 2>&1; then
                printf '%s\n' "$place"
                return
            fi
        done
    done
    return 1
}

new_system() { # Ubuntu keeps Python's venv in universe, and all its suites are built by one script of debootstrap.
    components=main
    script=
    if grep -q '^Origin: Ubuntu' "$work/InRelease"; then
        components=main,universe
        [ -e "/usr/share/debootstrap/scripts/$1" ] || script=/usr/share/debootstrap/scripts/gutsy
    fi
    debootstrap --variant=minbase --components="$components" --include=python3,git "$1" "$tree" "$mirror" $script
}

furnish() { # This machine's ways to its mirrors: nothing is named here that it does not know already.
    cp /etc/resolv.conf /etc/hosts "$tree/etc/"
    apt-config dump | grep -E '^Acquire::(http|https|ftp)' >"$tree/etc/apt/apt.conf.d/90machine" || true
    [ ! -f /etc/pip.conf ] || cp /etc/pip.conf "$tree/etc/"
    bundle=/etc/ssl/certs/ca-certificates.crt
    if [ -f $bundle ]; then # in the second place, it is still there after apt has brought ca-certificates
        install -D --mode 644 $bundle "$tree$bundle"
        install -D --mode 644 $bundle "$tree/usr/local/share/ca-certificates/machine.crt"
    fi
    env | grep -E '^(PIP_|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|(HTTPS?|NO|https?|no)_(PROXY|proxy))' >"$work/environment" ||
        true
    git clone --quiet --no-hardlinks . "$tree/$clone"
    cp -a "$tree/$clone" "$tree/home/"
    chown -R 1000:1000 "$tree/home/${clone##*/}"
}

inside() { # inside USER COMMAND [UNSHARE-OPTION]: in the new system, in processes and mounts of its own.
    user=$1
    command=$2
    apart=${3:---mount}
    set --
    while IFS= read -r setting; do
        set -- "$@" "$setting"
    done <"$work/environment"
    # shellcheck disable=SC2016 # expanded inside, where they are arguments
    unshare --mount --pid --ipc --uts --fork --kill-child "$apart" sh -c '
        tree=$1 user=$2 command=$3
        shift 3
        mount -t proc proc "$tree/proc" && mount --rbind /dev "$tree/dev" || exit
        exec chroot --userspec="$user" "$tree" env -i LANG=C.UTF-8 \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" sh -c "$command"
    ' sh "$tree" "$user" "$command" "$@"
}

turned_away() { # An ordinary user gets exit code 2 and one command, and that command names the missing package.
    code=0
    inside 1000:1000 "export HOME=/home; cd /home/${clone##*/} && ./dev setup" || code=$?
    cat "$work/log"
    [ "$code" -eq 2 ] && grep -q 'apt-get install --yes python3.*-venv' "$work/log"
}

as_root() {
    inside 0:0 "export HOME=/root; cd /$clone && $1"
}

prove() { # prove SUITE
    if ! mirror=$(mirror_of "$1"); then
        say "$1: not on this machine's mirror; left out."
        return
    fi
    tree=$work/$1
    rm -rf --one-file-system "$tree"
    mkdir -p "$tree"
    say "$1:"
    timed 'a new system with Python and git (debootstrap)' new_system "$1"
    timed "this machine's mirrors and a clone of HEAD" furnish
    timed 'an ordinary user is told the one command' turned_away
    timed 'a set-up is killed' as_root '! timeout --signal KILL 12 ./dev setup'
    timed './dev demo' as_root './dev demo'
    timed './dev test' as_root './dev test'
    tail -n 1 "$work/log" >&2
    timed './dev test, without a network' inside 0:0 \
        "export HOME=/root; cd /$clone && ./dev test tests/model" --net
    clean
    tree=
    proven="$proven $1"
}

proven=
mkdir -p "$work"
for suite; do
    prove "$suite"
done
[ -n "$proven" ] || { say 'No suite could be had.' && exit 1; }
say "Proven on:$proven"
