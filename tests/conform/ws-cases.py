"""ws-cases.py - the case groups of the well-known fuzzing client, on bare
sockets: framing, pings, reserved bits, opcodes, fragments, UTF-8, closing,
limits, and the handshake.  RFC 6455 says what must come back.
"""

import os
import select
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import (BINARY, CLOSE, CONT, PING, PONG, TEXT, ACCEPT, Server,  # noqa
                 Socket, code_of, finish, frame, note, ok, same)

MAX = 16 << 20


def close(code=None, reason=b''):
    return frame(CLOSE, b'' if code is None else
                 struct.pack('>H', code) + reason)


def talk(port, chunks, chop=0):
    """Sends the chunks, each in writes of chop bytes; all that comes back until
    the socket ends: [(op, data)], a close as (CLOSE, code)."""
    s = Socket(port)
    got = []
    try:
        for chunk in chunks:
            step = chop or len(chunk) or 1
            for at in range(0, len(chunk), step):
                s.send(chunk[at:at + step])
    except (BrokenPipeError, ConnectionResetError):
        pass            # it has heard enough; what it said is still there
    try:
        while True:
            op, data = s.message()
            if op == 'end':
                return got
            got.append((CLOSE, code_of(data)) if op == CLOSE else (op, data))
    except (AssertionError, TimeoutError) as e:
        return got + [('broken', str(e) or 'it waits')]
    finally:
        s.close()


def short(got):
    return [(op, f'{len(d)} bytes {d[:20]!r}' if isinstance(d, bytes) else d)
            for op, d in got]


def case(port, what, chunks, wanted, chop=0):
    """wanted: all that must come back, or a function of it."""
    got = talk(port, chunks if isinstance(chunks, list) else [chunks], chop)
    good = wanted(got) if callable(wanted) else got == wanted
    ok(good, what, f'got:    {short(got)}\nwanted: '
       f'{"" if callable(wanted) else short(wanted)}')


BYE = close(1000)
DONE = (CLOSE, 1000)


# ---- 1: framing ----

def framing(port):
    for op, name, unit in ((TEXT, 'text', b'*'), (BINARY, 'binary', b'\xfe')):
        for n in (0, 1, 125, 126, 127, 128, 65535, 65536):
            case(port, f'1 {name} of {n} bytes', frame(op, unit * n) + BYE,
                 [(op, unit * n), DONE])
        for chop in (1, 997):
            n = 2000 if chop == 1 else 65536
            case(port, f'1 {name} of {n} bytes, {chop} at a time',
                 frame(op, unit * n) + BYE, [(op, unit * n), DONE], chop)
    for length, n in ((16, 125), (64, 125), (64, 65535)):
        case(port, f'1 a length of {n} in {length} bits: 1002',
             frame(BINARY, b'x' * n, length=length), [(CLOSE, 1002)])
    case(port, '1 a length with the first bit set: 1002',
         b'\x82\xff' + b'\x80' + bytes(7) + b'abcd', [(CLOSE, 1002)])
    case(port, '1 a frame without a mask: 1002', frame(TEXT, b'x', mask=False),
         [(CLOSE, 1002)])


# ---- 2: pings and pongs ----

def pings(port):
    case(port, '2 an empty ping', frame(PING) + BYE, [(PONG, b''), DONE])
    case(port, '2 a ping of 125 bytes', frame(PING, b'\xfe' * 125) + BYE,
         [(PONG, b'\xfe' * 125), DONE])
    case(port, '2 a ping of 126 bytes: 1002', frame(PING, b'x' * 126),
         [(CLOSE, 1002)])
    case(port, '2 a ping byte by byte', frame(PING, b'octets') + BYE,
         [(PONG, b'octets'), DONE], 1)
    case(port, '2 a pong nobody asked for, then a ping',
         frame(PONG, b'!') + frame(PING, b'hi') + BYE, [(PONG, b'hi'), DONE])
    many = [frame(PING, b'payload-%d' % i) for i in range(10)]
    case(port, '2 ten pings at once', b''.join(many) + BYE,
         lambda got: got[-1] == DONE and got[:-1] == [
             (PONG, b'payload-%d' % i) for i in range(10)])
    case(port, '2 a ping in two fragments: 1002', frame(PING, b'x', fin=False),
         [(CLOSE, 1002)])


# ---- 3: reserved bits, 4: opcodes ----

def reserved(port):
    hello = frame(TEXT, b'hello')
    for rsv in range(1, 8):
        case(port, f'3 reserved bits {rsv:03b} in a text: 1002',
             frame(TEXT, b'x', rsv=rsv), [(CLOSE, 1002)])
    case(port, '3 a reserved bit behind a message',
         hello + frame(BINARY, b'x', rsv=4),
         [(TEXT, b'hello'), (CLOSE, 1002)])
    case(port, '3 a reserved bit in a ping: 1002', frame(PING, b'x', rsv=2),
         [(CLOSE, 1002)])
    case(port, '3 a reserved bit in a close: 1002', frame(CLOSE, rsv=1),
         [(CLOSE, 1002)])
    for op in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        case(port, f'4 opcode {op}: 1002', hello + frame(op, b'x'),
             [(TEXT, b'hello'), (CLOSE, 1002)])


# ---- 5: fragments ----

def parts(op, *pieces, between=b''):
    out = b''
    for i, piece in enumerate(pieces):
        out += frame(CONT if i else op, piece, fin=i == len(pieces) - 1)
        out += between if i < len(pieces) - 1 else b''
    return out


def fragments(port):
    for chop in (0, 1):
        by = ', byte by byte' if chop else ''
        case(port, f'5 two fragments{by}', parts(TEXT, b'frag', b'ment') + BYE,
             [(TEXT, b'fragment'), DONE], chop)
        case(port, f'5 pings between them{by}',
             parts(TEXT, b'a', b'b', b'c', between=frame(PING, b'p')) + BYE,
             [(PONG, b'p'), (PONG, b'p'), (TEXT, b'abc'), DONE], chop)
    case(port, '5 empty fragments', parts(TEXT, b'', b'', b'') + BYE,
         [(TEXT, b''), DONE])
    case(port, '5 an empty one last', parts(BINARY, b'x', b'') + BYE,
         [(BINARY, b'x'), DONE])
    case(port, '5 fragments of one byte', parts(TEXT, *[b'x'] * 300) + BYE,
         [(TEXT, b'x' * 300), DONE])
    case(port, '5 a continuation of nothing: 1002', frame(CONT, b'x'),
         [(CLOSE, 1002)])
    case(port, '5 a continuation behind a whole message: 1002',
         frame(TEXT, b'a') + frame(CONT, b'x'), [(TEXT, b'a'), (CLOSE, 1002)])
    case(port, '5 a new message inside a message: 1002',
         frame(TEXT, b'a', fin=False) + frame(TEXT, b'b'), [(CLOSE, 1002)])
    case(port, '5 a binary inside a text: 1002',
         frame(TEXT, b'a', fin=False) + frame(BINARY, b'b'), [(CLOSE, 1002)])
    case(port, '5 a close in two fragments: 1002',
         frame(CLOSE, struct.pack('>H', 1000), fin=False), [(CLOSE, 1002)])


# ---- 6: UTF-8 ----

GOOD = {
    'kosme': 'κόσμε', 'edges of one byte': '\x00\x7f',
    'edges of two': '\x80߿', 'edges of three': 'ࠀ\uffff',
    'edges of four': '\U00010000\U0010ffff', 'around surrogates':
    '\ud7ff\ue000�', 'no characters': '\ufffe\uffff\U0001fffe',
    'a mark': '﻿x',
}
BAD = {
    'a lone continuation': b'\x80', 'the last one': b'\xbf',
    'six continuations': b'\x80\xbf\x80\xbf\x80\xbf', 'fe': b'\xfe',
    'ff': b'\xff', 'fe fe ff ff': b'\xfe\xfe\xff\xff',
    'a first byte and a blank': b'\xc0 \xc1 ', 'e0 and a blank': b'\xe0 ',
    'f0 and a blank': b'\xf0 ', 'five bytes': b'\xf8\x88\x80\x80\x80',
    'six bytes': b'\xfc\x84\x80\x80\x80\x80', 'above the last':
    b'\xf4\x90\x80\x80', 'f5': b'\xf5\x80\x80\x80', 'c0 80': b'\xc0\x80',
    'c1 bf': b'\xc1\xbf', 'e0 80 af': b'\xe0\x80\xaf', 'e0 9f bf':
    b'\xe0\x9f\xbf', 'f0 80 80 af': b'\xf0\x80\x80\xaf', 'f0 8f bf bf':
    b'\xf0\x8f\xbf\xbf', 'd800': b'\xed\xa0\x80', 'dfff': b'\xed\xbf\xbf',
    'a pair': b'\xed\xa0\x80\xed\xb0\x80',
}
CUT = {'two bytes': b'\xc3', 'three': b'\xe2\x82', 'four': b'\xf0\x9f\x98'}


def utf8(port):
    for name, text in GOOD.items():
        data = text.encode('utf-8', 'surrogatepass')
        case(port, f'6 {name}', frame(TEXT, data) + BYE, [(TEXT, data), DONE])
        case(port, f'6 {name}, a fragment a byte', parts(TEXT, *[
            data[i:i + 1] for i in range(len(data))]) + BYE,
            [(TEXT, data), DONE])
    for name, data in BAD.items():
        case(port, f'6 {name}: 1007', frame(TEXT, data), [(CLOSE, 1007)])
        case(port, f'6 {name} in a second fragment, byte by byte: 1007',
             parts(TEXT, b'good ', data), [(CLOSE, 1007)], 1)
        case(port, f'6 {name} as binary', frame(BINARY, data) + BYE,
             [(BINARY, data), DONE])
    for name, data in CUT.items():
        case(port, f'6 {name}, the last missing: 1007', frame(TEXT, data),
             [(CLOSE, 1007)])
    # Fail fast: the message is not over, nor is the frame.
    case(port, '6 refused before the message is over',
         frame(TEXT, 'κόσμε'.encode() + b'\xf4\x90\x80\x80', fin=False),
         [(CLOSE, 1007)])
    whole = frame(TEXT, 'κόσμε'.encode() + b'\xed\xa0\x80' + b'x' * 100)
    case(port, '6 refused before the frame is over', whole[:40],
         [(CLOSE, 1007)])


# ---- 7: closing ----

def closing(port):
    case(port, '7 a message, then a close', frame(TEXT, b'x') + BYE,
         [(TEXT, b'x'), DONE])
    case(port, '7 two closes', BYE + BYE, [DONE])
    case(port, '7 a ping behind the close has no answer', BYE + frame(PING),
         [DONE])
    case(port, '7 a message behind the close has no answer',
         BYE + frame(TEXT, b'x'), [DONE])
    case(port, '7 a close inside a message',
         frame(TEXT, b'x', fin=False) + BYE, [DONE])
    case(port, '7 rubbish behind the close', BYE + bytes(range(256)) * 64,
         [DONE])
    case(port, '7 a close without a code', close(),
         lambda got: got in ([(CLOSE, 1005)], [DONE]))
    case(port, '7 a close of one byte: 1002', frame(CLOSE, b'\x03'),
         [(CLOSE, 1002)])
    case(port, '7 a reason', close(1000, b'Hello'), [DONE])
    case(port, '7 a reason of 123 bytes', close(1000, b'*' * 123), [DONE])
    case(port, '7 a reason of 124 bytes: 1002', close(1000, b'*' * 124),
         [(CLOSE, 1002)])
    case(port, '7 a reason that is no UTF-8: 1007', close(
        1000, b'\xce\xba\xed\xa0\x80'), [(CLOSE, 1007)])
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012,
                 1013, 1014, 3000, 3999, 4000, 4999):
        case(port, f'7 code {code}', close(code), [(CLOSE, code)])
    for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000,
                 65535):
        case(port, f'7 code {code}: 1002', close(code), [(CLOSE, 1002)])


def half_close(port):
    """The peer sends nothing more and still listens: it gets its answers, and
    the server ends the connection without waiting for a close frame."""
    s = Socket(port)
    s.send(frame(TEXT, b'last words'))
    s.s.shutdown(1)
    began, got = time.monotonic(), []
    while True:
        op, data = s.message()
        if op == 'end':
            break
        got.append((op, data))
    ok((TEXT, b'last words') in got, '7 half closed: the answer still comes',
       short(got))
    ok(time.monotonic() - began < 5, '7 half closed: the server ends it, too')
    s.close()


def vanishes(port):
    """Peers that go in the middle of a frame harm nobody."""
    for n in range(1, 12):
        s = Socket(port)
        s.send(frame(TEXT, b'x' * 300)[:n])
        s.close()
    case(port, '7 peers that vanish in a frame harm nobody',
         frame(TEXT, b'x') + BYE, [(TEXT, b'x'), DONE])


# ---- 9: limits ----

def limits(port, small):
    for n in (1 << 18, 1 << 20, 4 << 20, MAX):
        data = os.urandom(n)
        took = time.monotonic()
        case(port, f'9 binary of {n >> 10} KiB', frame(BINARY, data) + BYE,
             [(BINARY, data), DONE])
        took = time.monotonic() - took
    note(f'{MAX >> 20} MiB there and back in {took * 1000:.0f} ms')
    text = 'BAsd7&jh23ü€'.encode() * (MAX // 15)
    case(port, '9 text of nearly 16 MiB', frame(TEXT, text) + BYE,
         [(TEXT, text), DONE])
    for piece in (64, 4096, 1 << 18):
        n = MAX if piece > 64 else 1 << 20
        data = os.urandom(n)
        case(port, f'9 binary of {n >> 20} MiB, fragments of {piece}',
             parts(BINARY, *[data[i:i + piece] for i in range(0, n, piece)])
             + BYE, [(BINARY, data), DONE])
    case(port, '9 one byte over --max-message: 1009',
         frame(BINARY, bytes(MAX + 1)), [(CLOSE, 1009)])
    case(port, '9 a length of 2^62: 1009, unread',
         b'\x82\xff' + struct.pack('>Q', 1 << 62) + b'abcd', [(CLOSE, 1009)])
    case(small, '9 exactly the ceiling', frame(BINARY, b'x' * 65536) + BYE,
         [(BINARY, b'x' * 65536), DONE])
    case(small, '9 a byte over it: 1009', frame(BINARY, b'x' * 65537),
         [(CLOSE, 1009)])
    case(small, '9 a byte over it in fragments: 1009',
         parts(TEXT, b'x' * 65536, b'x'), [(CLOSE, 1009)])
    case(small, '9 the head of a frame over it is enough: 1009',
         frame(BINARY, b'x' * 65537)[:14], [(CLOSE, 1009)])
    n = 1000
    case(port, f'9 {n} messages in one write', frame(TEXT, b'tick') * n + BYE,
         [(TEXT, b'tick')] * n + [DONE])


def many(port, n=200):
    """All open at once, each in the middle of a message of its own."""
    all_of_them = [Socket(port) for _ in range(n)]
    said = [b'%05d' % i * 100 for i in range(n)]
    for s, text in zip(all_of_them, said):
        s.send(frame(TEXT, text)[:200])
    for s, text in zip(all_of_them, said):
        s.send(frame(TEXT, text)[200:])
    heard = [s.message() for s in all_of_them]
    same(heard, [(TEXT, text) for text in said],
         f'9 {n} connections at once, each its own words')
    for s in all_of_them:
        s.send(BYE)
    same([s.message() for s in all_of_them].count((CLOSE, b'\x03\xe8')), n,
         f'9 and {n} goodbyes')
    for s in all_of_them:
        s.close()


def slow_reader(port):
    """One who does not read is not served from an endless queue, and keeps
    nobody waiting."""
    s = Socket(port)
    s.s.settimeout(0.5)
    sent, data = 0, frame(BINARY, b'x' * (1 << 20))
    try:
        while sent < 256 << 20:
            s.send(data)
            sent += len(data)
    except (TimeoutError, BrokenPipeError, ConnectionResetError):
        pass
    ok(sent < 64 << 20, f'9 one who does not read is not read either '
       f'({sent >> 20} MiB taken)')
    case(port, '9 and the others do not wait for him',
         frame(TEXT, b'x') + BYE, [(TEXT, b'x'), DONE])
    s.close()


# ---- the handshake ----

def fields(head):
    lines = head.split('\r\n')[1:]
    return {k.lower(): v.strip() for k, _, v in
            (line.partition(':') for line in lines)}


def handshake(port):
    s = Socket(port)
    same(s.head.split('\r\n')[0], 'HTTP/1.1 101 Switching Protocols',
         'h the answer is 101')
    f = fields(s.head)
    same(f.get('sec-websocket-accept'), ACCEPT, 'h the accept of the RFC')
    ok('sec-websocket-extensions' not in f and 'sec-websocket-protocol'
       not in f, 'h nothing is answered that was not offered')
    s.close()
    s = Socket(port, extra='Sec-WebSocket-Extensions: permessage-deflate; '
               'client_max_window_bits\r\n')
    ok('sec-websocket-extensions' not in fields(s.head),
       'h permessage-deflate is offered and not taken', s.head)
    s.send(frame(TEXT, b'plain') + frame(TEXT, b'x', rsv=4))
    same([s.message(), (s.message()[0])], [(TEXT, b'plain'), CLOSE],
         'h and a compressed frame is an error')
    s.close()
    s = Socket(port, extra='Sec-WebSocket-Protocol: audio.twilio.com, chat\r\n')
    ok(' 101 ' in s.head and 'sec-websocket-protocol' not in fields(s.head),
       'h subprotocols are offered and none is taken', s.head)
    s.close()
    s = Socket(port, extra='Sec-WebSocket-Key: x\r\n')
    ok(' 400 ' in s.head, 'h two keys: 400', s.head)
    s.close()
    for what, status, edit in (
            ('no key', 400, ('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
                             '')),
            ('a short key', 400, ('dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbQ==')),
            ('version 8', 426, ('Version: 13', 'Version: 8')),
            ('no version', 426, ('Sec-WebSocket-Version: 13\r\n', '')),
            ('no Upgrade', 426, ('Upgrade: websocket\r\n', '')),
            ('Upgrade: h2c', 426, ('Upgrade: websocket', 'Upgrade: h2c')),
            ('a POST', 405, ('GET ', 'POST ')),
            ('HTTP/1.0', 400, ('HTTP/1.1', 'HTTP/1.0'))):
        bad_upgrade(port, what, status, edit)
    for what, edit in (
            ('names in other letters', ('Sec-WebSocket-Key', 'SEC-WEBSOCKET-'
                                        'KEY')),
            ('a list in Connection', ('Connection: Upgrade', 'Connection: '
                                      'keep-alive , UPGRADE')),
            ('Upgrade in other letters', ('Upgrade: websocket',
                                          'Upgrade: WebSocket')),
            ('an Origin', ('\r\n\r\n', '\r\nOrigin: https://x.example\r\n'
                           '\r\n'))):
        bad_upgrade(port, what, 101, edit)


REQUEST = ('GET /ws-echo HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n'
           'Connection: Upgrade\r\nSec-WebSocket-Key: '
           'dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n')


def bad_upgrade(port, what, status, edit):
    s = Socket(port, upgrade=False)
    request = REQUEST.replace(*edit)
    assert request != REQUEST
    s.send(request.encode())
    head = s.read_head()
    good = head.startswith(f'HTTP/1.1 {status} ')
    if status == 426:
        good = good and fields(head).get('upgrade', '').lower() == 'websocket'
    if what.endswith('version') or what == 'version 8':
        good = good and fields(head).get('sec-websocket-version') == '13'
    ok(good, f'h {what}: {status}', head)
    s.close()


def early(port):
    """Frames in the same packet as the request, and a request byte by byte."""
    s = Socket(port, upgrade=False)
    s.send(REQUEST.encode() + frame(TEXT, b'early') + BYE)
    s.read_head()
    same([s.message(), s.message()], [(TEXT, b'early'), (CLOSE, b'\x03\xe8')],
         'h frames that came with the request')
    s.close()
    s = Socket(port, upgrade=False)
    for i in range(len(REQUEST)):
        s.send(REQUEST[i:i + 1].encode())
    ok(s.read_head().startswith('HTTP/1.1 101 '), 'h a request byte by byte')
    ok(not select.select([s.s], [], [], 0)[0], 'h and nothing behind the head')
    s.close()


with Server('--max-message', str(MAX)) as big, \
        Server('--max-message', '65536') as little:
    for group in (framing, pings, reserved, fragments, utf8, closing,
                  half_close, vanishes):
        group(big.port)
    limits(big.port, little.port)
    many(big.port)
    slow_reader(big.port)
    handshake(big.port)
    early(big.port)
    for server in (big, little):
        ok(server.process.poll() is None, 'the server is alive')
finish()
