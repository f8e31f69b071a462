"""An S3 server for tests: prints the port it listens on.

It ends when its standard input does, which is when whoever started it ends, in whatever way.
"""

import sys

from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
