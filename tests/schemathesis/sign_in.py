"""Prints the session of a person of the demonstration: sign_in.py URL EMAIL."""

import http.cookies
import json
import sys
import urllib.request

url, email = sys.argv[1:]
body = json.dumps({"email": email, "password": "claims-demo-2026"}).encode()
headers = {"Content-Type": "application/json", "X-CPOR": "1"}
with urllib.request.urlopen(urllib.request.Request(url + "/v1/session", body, headers)) as answer:
    cookies = http.cookies.SimpleCookie(answer.headers["Set-Cookie"])
print(cookies["cpor-session"].value)
