"""A link with delay between two network namespaces, for kernels without netem: two tun devices, and each packet waits on its way.

Usage: delay-link.py DEVICE OTHER_DEVICE MILLISECONDS (one way). Prints a line when both are there; runs until it is ended.
"""
import collections
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000


def tun(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


def main():
    first, second, delay = tun(sys.argv[1]), tun(sys.argv[2]), float(sys.argv[3]) / 1000
    print("ready", flush=True)
    queues = [(first, second, collections.deque()), (second, first, collections.deque())]
    while True:
        now = time.monotonic()
        dues = [queue[0][0] - now for _, _, queue in queues if queue]
        select.select([first, second], [], [], max(0, min(dues)) if dues else None)
        now = time.monotonic()
        for source, target, queue in queues:
            try:
                while True:
                    queue.append((now + delay, os.read(source, 65536)))
            except BlockingIOError:
                pass
            while queue and queue[0][0] <= now:
                try:
                    os.write(target, queue.popleft()[1])
                except BlockingIOError:
                    pass


main()
