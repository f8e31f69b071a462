// The smallest useful backend of CPOR Claims, in one file: `backend`, `changes` and
// `claims` of docs/api.md over a JSON file, for one person who need not sign in.
// No rules are asked here: a backend that others rely on asks them (crates/rules).
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { parseArgs } from "node:util";
import { JSONFilePreset } from "lowdb/node";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "8090" },
    data: { type: "string", default: "claims.json" },
    app: { type: "string", default: "../../dist" },
  },
});

// `seq` numbers the changes. It is raised in the same write as the change, so a reader
// can never step over one that is stored later. `database` tells cursors of another
// file from those of this one.
const db = await JSONFilePreset(options.data, { database: randomUUID(), seq: 0, claims: {}, gone: {}, answers: {} });
const { data } = db;
await db.write();

const ACCOUNT = {
  id: "one", name: "Ana Bowman", email: "ana@contoso.example", role: "incentives-admin",
  organisation_id: "contoso", organisation: "Contoso Partners", time_zone: "UTC",
};

const BACKEND = {
  name: "Small backend", api_version: 1, editions: ["current"], rulesets: [], features: [],
  limits: { max_file_bytes: 0, max_files: 0 }, sign_in: { password: { demo_accounts: [] } },
};

class Refusal extends Error {
  constructor(status, code, extra = {}) {
    super(code);
    Object.assign(this, { status, body: { type: "about:blank", title: code, status, code, ...extra } });
  }
}

const etag = (claim) => `"${claim.revision}"`;
const today = () => new Date().toISOString().slice(0, 10);

/** Everything that changed after a number, oldest first. */
function changesAfter(seq) {
  const upserts = Object.values(data.claims).map(({ seq, claim }) => ({ seq, change: { upsert: { claim } } }));
  const tombstones = Object.entries(data.gone).map(([id, seq]) => ({ seq, change: { tombstone: { id } } }));
  return [...upserts, ...tombstones].filter((entry) => entry.seq > seq).sort((a, b) => a.seq - b.seq);
}

function changes({ query, headers }) {
  const [database, number] = (query.get("since") ?? `${data.database}.0`).split(".");
  const since = Number(number);
  // A cursor of another file, or of a copy that was newer than this one.
  if (database !== data.database || !(since <= data.seq)) throw new Refusal(410, "cursor-gone");
  const tag = `"${data.database}.${since}.${data.seq}"`;
  if (headers["if-none-match"] === tag) return { status: 304, headers: { ETag: tag } };
  const limit = Math.min(Math.max(Number(query.get("limit") ?? 200), 1), 200);
  const found = changesAfter(since);
  const page = found.slice(0, limit);
  const more = found.length > page.length;
  const next = `${data.database}.${more ? page.at(-1).seq : data.seq}`;
  return { status: 200, headers: { ETag: tag }, body: { changes: page.map(({ change }) => change), next, more } };
}

/** The claim as it is now, if the request may change it. */
function unchanged(id, headers) {
  const claim = data.claims[id]?.claim;
  if (!claim) throw new Refusal(404, "not-found");
  const seen = headers["if-match"];
  if (!seen) throw new Refusal(428, "precondition-needed");
  if (seen.replace(/^W\//, "") !== etag(claim)) throw new Refusal(412, "stale", { current: claim });
  return claim;
}

function put({ id, headers, body }) {
  if (!body?.draft) throw new Refusal(400, "bad-request");
  const now = new Date().toISOString();
  let claim;
  if (headers["if-none-match"] === "*") {
    const taken = data.claims[id]?.claim;
    if (taken) throw new Refusal(412, "exists", { current: taken });
    // An id is used once, also after the claim was deleted.
    if (data.gone[id]) throw new Refusal(404, "not-found");
    claim = {
      id, reference: `S-${id.slice(0, 8)}`, revision: 1, status: "draft", draft: body.draft, created_at: now,
      created_by: ACCOUNT.name, updated_at: now, submitted_at: null, status_since: today(), deadline: null,
      was_disputed: false, status_reason: "", organisation: ACCOUNT.organisation,
    };
  } else {
    const before = unchanged(id, headers);
    claim = { ...before, revision: before.revision + 1, draft: body.draft, updated_at: now };
  }
  data.claims[id] = { seq: (data.seq += 1), claim };
  return { status: claim.revision === 1 ? 201 : 200, headers: { ETag: etag(claim) }, body: claim };
}

function remove({ id, headers }) {
  unchanged(id, headers);
  delete data.claims[id];
  data.gone[id] = data.seq += 1;
  return { status: 204 };
}

function get({ id }) {
  const claim = data.claims[id]?.claim;
  if (!claim) throw new Refusal(404, "not-found");
  return { status: 200, headers: { ETag: etag(claim) }, body: claim };
}

/** A change is made once: the answer is kept with it, and given again for the same key. */
async function once(request, work) {
  const key = request.headers["idempotency-key"];
  if (!key) throw new Refusal(400, "bad-request");
  const asked = `${request.method} ${request.id} ${request.text}`;
  const known = data.answers[key];
  if (known && known.asked !== asked) throw new Refusal(422, "key-reused");
  if (known) return known.answer;
  const answer = work(request);
  data.answers[key] = { asked, answer };
  await db.write();
  return answer;
}

function route(request) {
  const { method, path, headers } = request;
  const isChange = !["GET", "HEAD"].includes(method);
  if (isChange && headers["x-cpor"] !== "1") throw new Refusal(403, "not-allowed");
  if (headers["x-cpor-account"] && headers["x-cpor-account"] !== ACCOUNT.id) throw new Refusal(401, "sign-in-needed");
  request.id = /^\/v1\/claims\/([0-9a-f-]{36})$/.exec(path)?.[1];
  switch (`${method} ${request.id ? "/v1/claims/{id}" : path}`) {
    case "GET /v1/backend": return { status: 200, body: BACKEND };
    case "GET /v1/session": return { status: 200, body: { account: ACCOUNT, expires_in_seconds: 86_400 } };
    case "GET /v1/changes": return changes(request);
    case "GET /v1/claims/{id}": return get(request);
    case "PUT /v1/claims/{id}": return once(request, put);
    case "DELETE /v1/claims/{id}": return once(request, remove);
    default: throw new Refusal(404, "not-found");
  }
}

async function answer(incoming) {
  const { pathname: path, searchParams: query } = new URL(incoming.url, "http://localhost");
  let text = "";
  for await (const part of incoming.setEncoding("utf8")) text += part;
  let body;
  try {
    body = text && JSON.parse(text);
  } catch {
    throw new Refusal(400, "bad-request");
  }
  return route({ method: incoming.method, path, query, headers: incoming.headers, text, body });
}

const TYPES = {
  ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm",
  ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".webmanifest": "application/manifest+json",
};

/** The built app; every address that is not a file is one of its pages. */
async function file(url) {
  const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
  const name = extname(path) ? path : "/index.html";
  return { type: TYPES[extname(name)] ?? "application/octet-stream", content: await readFile(join(options.app, name)) };
}

createServer(async (incoming, outgoing) => {
  try {
    if (!incoming.url.startsWith("/v1/")) {
      const { type, content } = await file(incoming.url);
      return outgoing.writeHead(200, { "Content-Type": type, "Cache-Control": "no-cache" }).end(content);
    }
    const { status, headers = {}, body } = await answer(incoming).catch((error) => {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, headers: { "Content-Type": "application/problem+json" }, body: error.body };
    });
    outgoing.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers });
    outgoing.end(body && JSON.stringify(body));
  } catch (error) {
    outgoing.writeHead(error.code === "ENOENT" ? 404 : 500).end();
  }
}).listen(Number(options.port), "127.0.0.1", function () {
  console.log(`listening on http://127.0.0.1:${this.address().port}`);
});
