#!/bin/bash
# The first process of a lab board, in namespaces of its own: makes the board's private places, then reaps orphans.
#
#   board-init.sh HOSTNAME
#
# Prints "ready" once the board can run programs.
set -e
mount -t proc proc /proc
mount -t tmpfs -o mode=755 board /run
# A sysfs of this network namespace over the machine's, with the machine's cgroups in their usual place.
mkdir /run/cgroup
mount --rbind /sys/fs/cgroup /run/cgroup
mount -t sysfs sysfs /sys
mount --rbind /run/cgroup /sys/fs/cgroup
umount -l /run/cgroup
# Places that the engine writes to beside its data: a key, and plugins' directories.
for place in etc opt; do
  mkdir -p /run/own/$place/upper /run/own/$place/work
  mount -t overlay -o "lowerdir=/$place,upperdir=/run/own/$place/upper,workdir=/run/own/$place/work" $place /$place
done
hostname "$1"
echo "$1" >/etc/hostname
echo "127.0.0.1 localhost $1" >/etc/hosts
ip link set lo up
echo ready
exec >/dev/null 2>&1 </dev/null
while :; do
  sleep 86400 &
  wait
done
