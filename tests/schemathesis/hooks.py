"""Lets schemathesis reach what lies behind the first refusal.

Invented ids lead nowhere and invented drafts break the rules, so a share of the valid
requests is turned to a claim that exists, under its present ETag, with its present draft.
Invalid requests are sent as they were made.
"""

import json
import os
import urllib.request
import zlib

import schemathesis
from schemathesis.generation.meta import CoverageScenario

URL = os.environ["CPOR_URL"]
SESSION = os.environ["CPOR_SESSION"]


def ask(path):
    """What the server answers to the person of this run: JSON and ETag, or nothing."""
    request = urllib.request.Request(URL + path, headers={"Cookie": "cpor-session=" + SESSION})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer), answer.headers.get("ETag")
    except (OSError, ValueError):
        return None, None


def claims():
    """Ids of claims that the person sees, the same in each run."""
    page, _ = ask("/v1/changes?limit=200")
    found = [change["upsert"]["claim"] for change in (page or {}).get("changes", [])]
    return [claim["id"] for claim in sorted(found, key=lambda claim: claim["reference"])]


IDS = claims() if SESSION else []


@schemathesis.hook
def before_call(context, case, kwargs):
    """Turns most valid requests for a claim to one that exists."""
    headers = case.headers
    if case.meta is None:
        return
    data = case.meta.phase.data
    if getattr(data, "scenario", None) == CoverageScenario.UNSPECIFIED_HTTP_METHOD:
        # Without it whatever is no GET is refused before its method is looked at.
        headers["X-CPOR"] = "1"
    if not case.meta.generation.mode.is_positive:
        return
    # Of any other account it is refused before anything is read.
    headers.pop("X-CPOR-Account", None)
    if not case.path.startswith("/v1/claims/") or not IDS:
        return
    chance = zlib.crc32(repr((case.path_parameters, case.body)).encode())
    if chance % 4 == 0:
        return
    claim = IDS[chance // 4 % len(IDS)]
    case.path_parameters["id"] = claim
    record, etag = ask("/v1/claims/" + claim)
    if record is None:
        return
    if "If-Match" in headers or case.method.upper() == "PUT":
        headers["If-Match"] = etag
        headers.pop("If-None-Match", None)
    body = case.body
    if case.method.upper() == "PUT" and isinstance(body, dict):
        typed = body.get("draft", {})
        names = sorted(typed)
        kept = names[chance % len(names)] if names else None
        body["draft"] = {**record["draft"], **({kept: typed[kept]} if kept else {})}


@schemathesis.serializer("application/offset+octet-stream")
def as_bytes(context, value):
    """Sends the bytes of an upload as they are."""
    return value if isinstance(value, bytes) else str(value).encode()
