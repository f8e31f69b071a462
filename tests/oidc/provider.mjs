// A certified provider of OpenID Connect with accounts of a test, behind a proxy that can
// spoil what it says. Prints its issuer, and ends with its standard input.
//
// POST /test/client {app, conform}  the client, for an app at this address; with `conform`
//                                   ID tokens hold the subject alone
// POST /test/account {id, ...claims}
// POST /test/spoil {how}            what is wrong from now on; "" for nothing
// POST /test/rotate                 other keys
import { createHmac } from "node:crypto";
import http from "node:http";
import { SignJWT, UnsecuredJWT, decodeJwt, exportJWK, exportSPKI, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const CLIENT = { client_id: "cpor", client_secret: "a secret that only the server has" };
const accounts = new Map();
let spoil = "";
let client;
let provider;
let keys;

const now = () => Math.floor(Date.now() / 1000);

async function newKeys() {
  const pair = await generateKeyPair("RS256", { extractable: true });
  keys = { ...pair, kid: `key-${Math.random()}` };
}

async function build() {
  const jwk = { ...(await exportJWK(keys.privateKey)), kid: keys.kid, alg: "RS256", use: "sig" };
  provider = new Provider(issuer, {
    clients: [
      {
        ...CLIENT,
        redirect_uris: [`${client.app}/v1/session/oidc/callback`],
        post_logout_redirect_uris: [`${client.app}/sign-in`],
        ...(client.client ?? {}),
      },
    ],
    clientAuthMethods: client.methods ?? ["client_secret_basic", "client_secret_post"],
    jwks: { keys: [jwk] },
    cookies: { keys: ["of a test"] },
    claims: { openid: ["sub"], profile: ["name", "role", "organisation", "sites"], email: ["email"] },
    conformIdTokenClaims: client.conform ?? false,
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    pkce: { required: () => true },
    ttl: { AuthorizationCode: 60, Grant: 600, Interaction: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => {
      const claims = accounts.get(id);
      return claims && { accountId: id, claims: () => ({ sub: id, ...claims }) };
    },
  });
  provider.on("server_error", (_, error) => console.error(error));
}

async function read(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

// One page for signing in and for agreeing: a button for each account, and one to give up.
async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    const button = (name, value, text) =>
      `<form method="post"><button name="${name}" value="${value}">${text}</button></form>`;
    const page = [...accounts.keys()].map((id) => button("account", id, `I am ${id}`));
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(
      `<!doctype html><html lang="en"><title>Provider</title><h1>Provider</h1>${page.join("")}` +
        button("error", "access_denied", "Cancel"),
    );
    return;
  }
  const answer = new URLSearchParams((await read(request)).toString());
  const error = answer.get("error");
  if (error) {
    const result = { error, error_description: "Words of the provider <b>" };
    await provider.interactionFinished(request, response, result);
    return;
  }
  const accountId = answer.get("account");
  const grant = new provider.Grant({ accountId, clientId: details.params.client_id });
  grant.addOIDCScope(details.params.scope);
  const result = { login: { accountId }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result);
}

const inner = http.createServer((request, response) => {
  const failed = (error) => {
    console.error(error);
    response.statusCode = 500;
    response.end(String(error));
  };
  if (request.url.startsWith("/interaction/")) interact(request, response).catch(failed);
  else provider.callback()(request, response);
});

// An ID token in which one thing is wrong.
async function spoiled(token) {
  const claims = decodeJwt(token);
  const header = { alg: "RS256", kid: keys.kid };
  const sign = (changes, key = keys.privateKey, other = header) =>
    new SignJWT({ ...claims, ...changes }).setProtectedHeader(other).sign(key);
  // By hand: a library that writes tokens refuses a public key as a secret.
  const signWithText = (text) => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ alg: "HS256", kid: keys.kid })}.${part(claims)}`;
    return `${signed}.${createHmac("sha256", text).update(signed).digest("base64url")}`;
  };
  switch (spoil) {
    case "nothing":
      return sign({});
    case "iss":
      return sign({ iss: "https://evil.example" });
    case "aud":
      return sign({ aud: "another-client" });
    case "two-audiences":
      return sign({ aud: ["cpor", "another-client"] });
    case "azp":
      return sign({ azp: "another-client" });
    case "nonce":
      return sign({ nonce: "of another sign-in" });
    case "no-nonce":
      return sign({ nonce: undefined });
    case "exp":
      return sign({ exp: now() - 120 });
    case "just-expired":
      return sign({ exp: now() - 20 });
    case "no-exp":
      return sign({ exp: undefined });
    case "nbf":
      return sign({ nbf: now() + 600 });
    case "iat":
      return sign({ iat: now() + 600 });
    case "at_hash":
      return sign({ at_hash: "AAAAAAAAAAAAAAAAAAAAAA" });
    case "sub":
      return sign({ sub: "" });
    case "none":
      return new UnsecuredJWT(claims).encode();
    case "none-with-key":
      return `${Buffer.from(JSON.stringify({ alg: "none", kid: keys.kid })).toString("base64url")}.${token.split(".")[1]}.`;
    case "hs256-public-key":
      return signWithText(await exportSPKI(keys.publicKey));
    case "hs256-client-secret":
      return signWithText(CLIENT.client_secret);
    case "other-key":
      return sign({}, (await generateKeyPair("RS256")).privateKey);
    case "unknown-key":
      return sign({}, (await generateKeyPair("RS256")).privateKey, { alg: "RS256", kid: "unknown" });
    case "signature": {
      const parts = token.split(".");
      parts[1] = Buffer.from(JSON.stringify({ ...claims, role: "reviewer" })).toString("base64url");
      return parts.join(".");
    }
    case "no-token":
      return undefined;
    case "not-a-token":
      return "not.a.token";
    default:
      return token;
  }
}

// What comes back of the provider, spoiled where a test wants it.
async function changed(path, body) {
  if (path === "/token") {
    const answer = JSON.parse(body);
    if (answer.id_token) answer.id_token = await spoiled(answer.id_token);
    return JSON.stringify(answer);
  }
  if (path === "/.well-known/openid-configuration") {
    const answer = JSON.parse(body);
    if (spoil === "discovery-issuer") answer.issuer = "https://evil.example";
    if (spoil === "discovery-without-tls") answer.token_endpoint = "http://evil.example/token";
    if (spoil === "no-end-session") delete answer.end_session_endpoint;
    return JSON.stringify(answer);
  }
  if (path === "/me" && spoil === "user-info-of-another") {
    return JSON.stringify({ ...JSON.parse(body), sub: "another" });
  }
  return body;
}

async function test(path, asked) {
  if (path === "/test/client") {
    client = asked;
    await build();
  } else if (path === "/test/account") {
    const { id, ...claims } = asked;
    accounts.set(id, claims);
  } else if (path === "/test/spoil") {
    spoil = asked.how;
  } else if (path === "/test/rotate") {
    await newKeys();
    await build();
  } else {
    throw new Error(`nothing at ${path}`);
  }
}

const outer = http.createServer(async (request, response) => {
  try {
    const path = request.url.split("?")[0];
    const body = await read(request);
    if (path === "/favicon.ico") {
      response.writeHead(204).end();
      return;
    }
    if (path.startsWith("/test/")) {
      await test(path, JSON.parse(body.toString() || "{}"));
      response.statusCode = 204;
      response.end();
      return;
    }
    if (spoil === "down" || (spoil === "token-down" && path === "/token")) {
      request.socket.destroy();
      return;
    }
    if (spoil === "redirecting") {
      response.writeHead(302, { location: "http://127.0.0.1:1/" });
      response.end();
      return;
    }
    // The host stays: the provider makes its addresses of it.
    const { method, headers, url } = request;
    const options = { host: "127.0.0.1", port: inner.address().port, method, headers, path: url };
    const answer = await new Promise((resolve, reject) => {
      const asking = http.request(options, resolve);
      asking.on("error", reject);
      asking.end(body);
    });
    const text = await changed(path, await read(answer));
    const { "content-length": _, "transfer-encoding": __, ...kept } = answer.headers;
    response.writeHead(answer.statusCode, kept);
    response.end(text);
  } catch (error) {
    console.error(error);
    response.statusCode = 500;
    response.end(String(error));
  }
});

const listen = (server) => new Promise((done) => server.listen(0, "127.0.0.1", done));
await newKeys();
await listen(inner);
await listen(outer);
const issuer = `http://127.0.0.1:${outer.address().port}`;
console.log(issuer);
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
