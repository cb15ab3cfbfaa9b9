# What the tests preview, served from a container: forms, redirects, cookies, ranges, streams, events and a WebSocket, with Python's own library.
import base64, hashlib, http.server, struct, threading, time

LARGE = bytes(range(256)) * 4096 * 12
PAGE = """<!doctype html><html><head><title>%s</title><link rel="stylesheet" href="/style.css"></head>
<body><h1>%s</h1><p id="said">%s</p><a href="/two">two</a>
<form method="post" action="/form"><input name="word" value="hello"><button>Send</button></form></body></html>"""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def reply(self, body, kind="text/html; charset=utf-8", status=200, headers=()):
        body = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if self.path == "/digest":
            self.reply(hashlib.sha256(body).hexdigest(), "text/plain")
        else:
            self.send_response(303)
            self.send_header("Location", "http://%s/got" % self.headers["Host"])
            self.send_header("Set-Cookie", "word=%s; Path=/; HttpOnly" % body.decode().split("=")[-1])
            self.send_header("Set-Cookie", "seen=yes; Path=/")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/":
            self.reply(PAGE % ("One", "Page one", self.headers["Host"]), headers=[("X-Frame-Options", "DENY")])
        elif path == "/two":
            self.reply(PAGE % ("Two", "Page two", self.headers.get("Referer", "")))
        elif path == "/pushed":
            self.reply(PAGE % ("Pushed", "Page pushed", ""))
        elif path == "/got":
            self.reply(PAGE % ("Got", "Got it", self.headers.get("Cookie", "")))
        elif path == "/style.css":
            self.reply("h1 { color: rgb(1, 2, 3) }", "text/css")
        elif path == "/large":
            start, end = 0, len(LARGE) - 1
            if self.headers.get("Range"):
                start, end = [int(n) for n in self.headers["Range"].split("=")[1].split("-")]
                self.reply(LARGE[start:end + 1], "application/octet-stream", 206,
                           [("Content-Range", "bytes %d-%d/%d" % (start, end, len(LARGE)))])
            else:
                self.reply(LARGE, "application/octet-stream")
        elif path == "/stream":
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.chunk(b"first;")
            go.wait(60)
            self.chunk(b"second;")
            self.chunk(b"")
        elif path == "/go":
            go.set()
            self.reply("gone", "text/plain")
        elif path == "/events":
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.close_connection = True
            for number in range(3):
                self.wfile.write(b"id: %d\ndata: event %d\n\n" % (number, number))
                self.wfile.flush()
                time.sleep(0.2)
        elif path == "/socket":
            self.socket()
        else:
            self.reply("not here", "text/plain", 404)

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def socket(self):
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.send_header("Sec-WebSocket-Protocol", "echo")
        self.end_headers()
        self.close_connection = True
        while True:
            head = self.rfile.read(2)
            if len(head) < 2:
                return
            length = head[1] & 127
            if length == 126:
                length = struct.unpack(">H", self.rfile.read(2))[0]
            mask = self.rfile.read(4)
            data = bytes(b ^ mask[i % 4] for i, b in enumerate(self.rfile.read(length)))
            size = bytes([length]) if length < 126 else b"\x7e" + struct.pack(">H", length)
            self.wfile.write(bytes([head[0]]) + size + data)
            self.wfile.flush()
            if head[0] & 15 == 8:
                return


go = threading.Event()
http.server.ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
