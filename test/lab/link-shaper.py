"""Carries Ethernet frames between two interfaces with delay, jitter and loss, for kernels without netem.

    link-shaper.py A B DELAY_MS JITTER_MS LOSS_PERCENT

Prints "ready" once it carries frames. Frames of one direction keep their order. Both ends speak the kernel's offload
header, so that a frame whose checksum or segmentation is still to be done passes as it is.
"""
import collections
import select
import socket
import sys
import time
from random import random

SOL_PACKET, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING = 263, 15, 23
ETH_P_ALL = 3
FRAME_BYTES_MAX = 1 << 17
# What a queue holds at most; beyond it frames are lost, as in a router.
FRAMES_MAX = 20000


def attach(interface):
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    link.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    link.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 23)
    link.bind((interface, 0))
    link.setblocking(False)
    return link


def main(a, b, delay_ms, jitter_ms, loss_percent):
    delay, jitter, loss = float(delay_ms) / 1000, float(jitter_ms) / 1000, float(loss_percent) / 100
    chance = random
    links = (attach(a), attach(b))
    queues = (collections.deque(), collections.deque())  # of (due, frame) towards links[i]
    print("ready", flush=True)
    while True:
        now = time.monotonic()
        for link, queue in zip(links, queues):
            while queue and queue[0][0] <= now:
                try:
                    link.send(queue.popleft()[1])
                except OSError:
                    pass  # An unplugged link loses what is sent to it.
        due = min((queue[0][0] for queue in queues if queue), default=None)
        readable, _, _ = select.select(links, (), (), None if due is None else max(0.0, due - time.monotonic()))
        now = time.monotonic()
        for link in readable:
            queue = queues[1 - links.index(link)]
            for _ in range(64):
                try:
                    frame = link.recv(FRAME_BYTES_MAX)
                except OSError:
                    break
                if len(queue) >= FRAMES_MAX or chance() < loss:
                    continue
                at = now + delay + (2 * chance() - 1) * jitter
                queue.append((max(at, queue[-1][0]) if queue else at, frame))


main(*sys.argv[1:])
