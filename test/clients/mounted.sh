# mounted.sh <root> <bindings> <hosts> <command…>: runs a command where <bindings> is /bindings, <hosts> is /etc/hosts, and
# /tmp is empty. Nothing of it is seen outside: it needs a mount namespace of its own.
root=$1 bindings=$2 hosts=$3
shift 3
mount -t tmpfs none "$root"
for entry in /*; do
  case $entry in /bindings | /tmp) continue ;; esac
  if [ -L "$entry" ]; then
    cp -P "$entry" "$root$entry"
  elif [ -d "$entry" ]; then
    mkdir "$root$entry" && mount --rbind "$entry" "$root$entry"
  fi
done
mkdir "$root/bindings" "$root/tmp"
mount --rbind "$bindings" "$root/bindings"
mount --bind "$hosts" "$root/etc/hosts"
exec chroot "$root" sh -c 'cd "$1" && shift && exec "$@"' sh "$PWD" "$@"
