// Keeps the files of one build on the device. The build fills in the next two lines.
const VERSION = "development";
const FILES = [];
const PREFIX = "cpor-claims-";
const CACHE = PREFIX + VERSION;
const SETTING = "/config.json";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await Promise.all(FILES.map(async (path) => {
      // Names under /assets/ carry a hash: what an older build kept is the same.
      const hashed = path.startsWith("/assets/");
      const kept = hashed && (await caches.match(path));
      const response = kept || (await fetch(path, { cache: hashed ? "default" : "no-cache" }));
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      await cache.put(path, response);
    }));
    // The setting is no file of the build: it may change at any time. A copy
    // lets the app start without a network; without one it starts as well.
    const setting = await fetch(SETTING, { cache: "no-cache" }).catch(() => null);
    if (setting?.ok) await cache.put(SETTING, setting);
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    // The version before stays as well: a tab that still runs it may ask for a
    // part that it has not needed yet.
    const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
    for (const name of others.slice(0, -1)) await caches.delete(name);
    await self.clients.claim();
  })());
});

// A new version waits until the page says that nobody is in the middle of anything.
self.addEventListener("message", (event) => {
  if (event.data === "SKIP_WAITING" || event.data?.type === "SKIP_WAITING") self.skipWaiting();
  if (event.data === "DROP_EARLIER") event.waitUntil(dropEarlier().then((bytes) => event.ports[0].postMessage(bytes)));
});

// Room is short: earlier versions go, unless another tab may still run one. Caches are
// listed as they were made, so what a version that waits has kept stands behind ours.
async function dropEarlier() {
  if ((await self.clients.matchAll({ type: "window" })).length > 1) return 0;
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  let bytes = 0;
  for (const name of names.slice(0, Math.max(names.indexOf(CACHE), 0))) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) bytes += (await (await cache.match(request)).blob()).size;
    await caches.delete(name);
  }
  return bytes;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const isOurs = request.method === "GET" && url.origin === location.origin;
  if (!isOurs || url.pathname === "/v1" || url.pathname.startsWith("/v1/")) return;
  if (request.mode === "navigate") {
    event.respondWith(networkFirst(request, FILES.includes(url.pathname) ? url.pathname : "/"));
  } else if (url.pathname === SETTING) {
    event.respondWith(networkFirst(request, SETTING, true));
  } else {
    event.respondWith(keptOr(request, url.pathname));
  }
});

/** From this version, then from the one before, then from the network. */
async function keptOr(request, path) {
  const kept = await (await caches.open(CACHE)).match(path);
  return kept ?? (await caches.match(path)) ?? fetch(request);
}

// A network that takes everything and answers nothing is no reason to wait.
const PATIENCE_MS = 3000;

async function networkFirst(request, fallback, keeps = false) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(fallback);
  const answer = fetch(request).then(async (response) => {
    if (response.status >= 500) return kept ?? response;
    if (keeps && response.ok) await cache.put(fallback, response.clone());
    return response;
  });
  if (!kept) return answer;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept));
  return Promise.race([answer.catch(() => kept), late]);
}
