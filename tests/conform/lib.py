"""lib.py - what the judges written in Python share: TAP points, a server, and
a WebSocket client on a bare socket that may say anything.
"""

import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(os.environ.get('CONCIERGE', './concierge'))
WITHIN = 10         # seconds for any answer

points = 0
failures = 0


def ok(good, what, detail=''):
    global points, failures
    points += 1
    print(f'{"ok" if good else "not ok"} {points} - {what}', flush=True)
    if not good:
        failures += 1
        for line in str(detail).split('\n')[:6]:
            print(f'#   {line[:300]}', flush=True)
    return good


def same(got, wanted, what):
    return ok(got == wanted, what, f'got:    {got!r}\nwanted: {wanted!r}')


def note(text):
    print(f'# NOTE {text}', flush=True)


def skip_all(why):
    print(f'1..0 # SKIP {why}')
    sys.exit(0)


def finish():
    print(f'1..{points}')
    sys.exit(1 if failures else 0)


class Server:
    """`concierge serve --echo` on a port of its own choice."""

    def __init__(self, *args):
        self.dir = tempfile.mkdtemp(prefix='conform-')
        env = {k: os.environ[k] for k in ('PATH', 'HOME', 'ASAN_OPTIONS',
                                          'UBSAN_OPTIONS') if k in os.environ}
        self.log = open(os.path.join(self.dir, 'log'), 'w+')
        self.process = subprocess.Popen(
            [PROGRAM, 'serve', '--server-port', '0', '--echo',
             '--concierge-dir', os.path.join(self.dir, 'data'), *args],
            cwd=self.dir, env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        m = re.search(r'listening http://\S+:(\d+)', line)
        if not m:
            self.log.seek(0)
            raise RuntimeError(f'no server: {line}{self.log.read()}')
        self.port = int(m.group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(WITHIN)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        shutil.rmtree(self.dir)


# ---- RFC 6455 by hand ----

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASK = b'\x37\xfa\x21\x3d'
KEY, ACCEPT = 'dGhlIHNhbXBsZSBub25jZQ==', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='


def masked(data, mask=MASK):
    n = len(data)
    key = int.from_bytes((mask * (n // 4 + 1))[:n], 'big')
    return (int.from_bytes(data, 'big') ^ key).to_bytes(n, 'big')


def frame(op, data=b'', fin=True, rsv=0, mask=True, length=None):
    """length: 16 or 64 forces that form, though a shorter one would do."""
    n = len(data)
    head = bytes([fin << 7 | rsv << 4 | op])
    bit = 0x80 if mask else 0
    if length == 64 or (length is None and n > 65535):
        head += bytes([bit | 127]) + struct.pack('>Q', n)
    elif length == 16 or (length is None and n > 125):
        head += bytes([bit | 126]) + struct.pack('>H', n)
    else:
        head += bytes([bit | n])
    return head + (MASK + masked(data) if mask else data)


class Socket:
    """One connection: frames go out as they are told, come in judged."""

    def __init__(self, port, path='/ws-echo', extra='', upgrade=True):
        self.s = socket.create_connection(('127.0.0.1', port), WITHIN)
        self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buf = b''
        self.head = ''
        if upgrade:
            self.send((f'GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n'
                       'Upgrade: websocket\r\nConnection: Upgrade\r\n'
                       f'Sec-WebSocket-Key: {KEY}\r\n'
                       f'Sec-WebSocket-Version: 13\r\n{extra}\r\n').encode())
            self.read_head()

    def send(self, data):
        self.s.sendall(data)

    def fill(self):
        """More bytes; False at the end.  A reset counts as an end."""
        try:
            more = self.s.recv(1 << 18)
        except ConnectionResetError:
            more = b''
        self.buf += more
        return bool(more)

    def read_head(self):
        while b'\r\n\r\n' not in self.buf:
            if not self.fill():
                break
        head, _, self.buf = self.buf.partition(b'\r\n\r\n')
        self.head = head.decode('latin-1')
        return self.head

    def take(self, n):
        parts, have = [self.buf], len(self.buf)
        while have < n:
            self.buf = b''
            if not self.fill():
                return None
            parts.append(self.buf)
            have += len(self.buf)
        all_of_it = b''.join(parts)
        self.buf = all_of_it[n:]
        return all_of_it[:n]

    def frame(self):
        """(op, data, fin) or None at the end; a frame no server may send is
        an AssertionError."""
        head = self.take(2)
        if head is None:
            return None
        op, n = head[0] & 15, head[1]
        assert not head[0] & 0x70, 'a reserved bit is set'
        assert not n & 0x80, 'the server masks'
        assert op in (CONT, TEXT, BINARY, CLOSE, PING, PONG), f'opcode {op}'
        assert op < 8 or (n <= 125 and head[0] & 0x80), 'a long control frame'
        if n == 126:
            n = struct.unpack('>H', self.take(2))[0]
            assert n > 125, 'a length that is not the shortest'
        elif n == 127:
            n = struct.unpack('>Q', self.take(8))[0]
            assert n > 65535, 'a length that is not the shortest'
        return op, self.take(n), bool(head[0] & 0x80)

    def message(self):
        """The next (op, data) whole; control frames as they come.  ('end',
        None) when the socket ended."""
        got, op = b'', None
        while True:
            f = self.frame()
            if f is None:
                return 'end', None
            if f[0] >= 8:
                return f[0], f[1]
            assert (f[0] == CONT) == (op is not None), 'fragments in disorder'
            op = f[0] if op is None else op
            got += f[1]
            if f[2]:
                return op, got

    def close(self):
        self.s.close()


def code_of(data):
    """Of a close frame's payload."""
    return struct.unpack('>H', data[:2])[0] if len(data) >= 2 else 1005
