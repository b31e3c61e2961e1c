"""A receiver of POSTs: receiver.py PORT FOLDER STATUS...

PORT 0 picks one; the first line it prints is its port.  Each POST is answered
with the next STATUS (the last one stays; 0 is silence until the other side goes
away), kept as FOLDER/N.head and N.body, and told by a line "N STATUS EVENT CALL
DELIVERY", the last two from the body.
"""
import http.server
import json
import sys

port, folder, statuses = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
seen = 0


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        global seen
        seen += 1
        status = statuses[min(seen, len(statuses)) - 1]
        body = self.rfile.read(int(self.headers['Content-Length']))
        with open('%s/%d.body' % (folder, seen), 'wb') as f:
            f.write(body)
        with open('%s/%d.head' % (folder, seen), 'w') as f:
            f.write(''.join('%s: %s\n' % h for h in self.headers.items()))
        said = json.loads(body)
        print(seen, status, self.headers['X-Concierge-Event'],
              said.get('call', said.get('id')), said['delivery'], flush=True)
        if status == '0':
            self.rfile.read()
            self.close_connection = True
            return
        self.send_response(int(status))
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *args):
        pass


class Receiver(http.server.HTTPServer):
    timeout = 60

    def handle_timeout(self):
        sys.exit('nobody came for a minute')


server = Receiver(('127.0.0.1', port), Handler)
print(server.server_port, flush=True)
while True:
    server.handle_request()
