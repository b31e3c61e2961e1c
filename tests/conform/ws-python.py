"""ws-python.py - /ws-echo against Python's websockets."""

import asyncio
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import Server, finish, ok, same, skip_all  # noqa: E402

try:
    import websockets
except ImportError:
    skip_all('no python3-websockets')

MAX = 16 << 20
WITHIN = 20


def connect(port, **more):
    options = {'max_size': MAX, 'compression': None, 'open_timeout': WITHIN,
               'close_timeout': WITHIN, **more}
    return websockets.connect(f'ws://127.0.0.1:{port}/ws-echo', **options)


async def echoed(ws, what, message, whole=None):
    await ws.send(message)
    got = await asyncio.wait_for(ws.recv(), WITHIN)
    ok(got == (message if whole is None else whole), what, repr(got)[:200])


async def messages(port):
    async with connect(port) as ws:
        await echoed(ws, 'text', 'grüße 𝄞')
        await echoed(ws, 'empty text', '')
        await echoed(ws, 'empty binary', b'')
        for n in (1, 125, 126, 65535, 65536, 1 << 20, MAX):
            await echoed(ws, f'binary of {n}', os.urandom(n))
        await echoed(ws, 'fragments of text', ['fr', 'ag', '', 'ment'],
                     'fragment')
        await echoed(ws, 'fragments of binary', [b'\xff' * 70000, b'', b'\0'],
                     b'\xff' * 70000 + b'\0')
        pong = await ws.ping(b'are you there?')
        await asyncio.wait_for(pong, WITHIN)
        ok(True, 'a ping')
        # Sending far ahead of reading: nothing is lost, nobody is thrown out.
        many = [os.urandom(1 << 18) for _ in range(64)]

        async def send_all():
            for m in many:
                await ws.send(m)
        sender = asyncio.ensure_future(send_all())
        got = [await asyncio.wait_for(ws.recv(), WITHIN) for _ in many]
        await sender
        ok(got == many, '16 MiB in 64 messages, sent ahead of reading')


async def ends(port):
    for code in (1000, 1001, 1008, 1011, 3000, 4999):
        ws = await connect(port)
        await ws.close(code, 'bye')
        same(ws.close_code, code, f'closed with {code}')


async def fails(port, what, code, raw):
    """raw: what is written to the transport itself."""
    ws = await connect(port)
    await raw(ws)
    await asyncio.wait_for(ws.wait_closed(), WITHIN)
    same(ws.close_code, code, f'{what}: {code}')


async def refusals(port, small):
    async def send(ws, data):
        ws.transport.write(data)
    await fails(port, 'invalid UTF-8', 1007, lambda ws: send(
        ws, b'\x81\x83\0\0\0\0\xed\xa0\x80'))
    await fails(port, 'a reserved bit', 1002, lambda ws: send(
        ws, b'\xa1\x80\0\0\0\0'))
    await fails(port, 'an opcode that is not there', 1002, lambda ws: send(
        ws, b'\x83\x80\0\0\0\0'))
    await fails(small, 'over --max-message', 1009,
                lambda ws: ws.send(b'x' * 65537))


async def offers(port):
    async with connect(port, compression='deflate') as ws:
        same(ws.extensions, [], 'permessage-deflate is not taken')
        await echoed(ws, 'and what is sent is plain', 'x' * 5000)
    async with connect(port, subprotocols=['audio.twilio.com', 'chat']) as ws:
        same(ws.subprotocol, None, 'no subprotocol is taken')
        await echoed(ws, 'and it works all the same', 'x')


async def crowd(port, n):
    all_of_them = await asyncio.gather(*[connect(port) for _ in range(n)])

    async def one(i, ws):
        text = f'{i}:' + 'z' * (i * 50)
        await ws.send(text)
        good = await asyncio.wait_for(ws.recv(), WITHIN) == text
        await ws.close()
        return good and ws.close_code == 1000
    good = await asyncio.gather(*[one(*p) for p in enumerate(all_of_them)])
    same(sum(good), n, f'{n} connections at once')


async def judge():
    with Server('--max-message', str(MAX)) as big, \
            Server('--max-message', '65536') as little:
        await messages(big.port)
        await ends(big.port)
        await refusals(big.port, little.port)
        await offers(big.port)
        await crowd(big.port, 200)
    same((big.process.returncode, little.process.returncode), (0, 0),
         'both servers end well')

asyncio.run(judge())
finish()
