"""An FTP server on loopback: ROOT, and for FTPS a file with certificate and key. Prints its port."""

import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import ThreadedFTPServer

root, pem = (sys.argv[1:] + [None])[:2]
handler = FTPHandler
if pem:
    handler = TLS_FTPHandler
    handler.certfile = pem
    handler.tls_control_required = True
    handler.tls_data_required = True
handler.auth_failed_timeout = 0.1
authorizer = DummyAuthorizer()
authorizer.add_anonymous(root)
authorizer.add_user("me", "p@ss word", root)
handler.authorizer = authorizer
# A wrong answer that a server behind a router gives; whoever follows it reaches nobody.
handler.masquerade_address = "192.0.2.1"
server = ThreadedFTPServer(("127.0.0.1", 0), handler)
print(server.socket.getsockname()[1], flush=True)
# Ends with the test, which holds the other end.
import threading

threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
