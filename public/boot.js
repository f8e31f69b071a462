// Starts the app. Where its parts are stands in the attributes of this script's tag.
const { js, wasm, wasmIntegrity, serviceWorker } = document.getElementById("boot").dataset;
const panel = document.getElementById("boot-error");

document.getElementById("boot-retry").addEventListener("click", async () => {
  try {
    // A damaged copy must not be served again, but only once the network answers.
    await fetch("/", { cache: "no-store" });
    for (const name of await caches.keys()) if (name.startsWith("cpor-claims-")) await caches.delete(name);
    for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
  } catch {
    // Offline: the copy on this device is all there is.
  }
  location.reload();
});

// Local storage reaches the disk seconds after a write: a browser that is killed
// forgets what came since. A database does not, so it holds a copy of each record,
// and what is newer there comes back before the app starts.
const MIRROR = "records";
let mirror = openMirror();

function openMirror() {
  return new Promise((resolve) => {
    const request = indexedDB.open("cpor.mirror", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(MIRROR);
    request.onerror = () => resolve(null);
    request.onsuccess = () => {
      request.result.onclose = () => { mirror = openMirror(); };
      resolve(request.result);
    };
  }).catch(() => null);
}

const isRecord = (text) => typeof text === "string" && text.startsWith('{"schema"');

function isNewer(text, than) {
  const [a, b] = [JSON.parse(text), JSON.parse(than)];
  return a.rev > b.rev || (a.rev === b.rev && a.saved_at_ms > b.saved_at_ms);
}

// Counts what local storage was told to keep and to remove. It stands there itself, so
// a copy with a higher count is of a time that local storage has forgotten, and every
// other one is of a time that it knows better.
const COUNT = "cpor.mirror-count";
const DAY_MS = 86_400_000;
const counted = () => Number(localStorage.getItem(COUNT));

function count() {
  const next = counted() + 1;
  try {
    localStorage.setItem(COUNT, next);
  } catch {
    // Full, and as long as before: it is counted with the next one.
  }
  return next;
}

async function restore() {
  const database = await mirror;
  if (!database) return;
  const known = counted();
  let latest = known || 1;
  const store = database.transaction(MIRROR, "readwrite").objectStore(MIRROR);
  await new Promise((resolve, reject) => {
    const request = store.openCursor();
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return resolve();
      // A copy of the version before has no count; it speaks at the first start alone.
      const { text, at, when } = typeof cursor.value === "string" ? { text: cursor.value, at: known ? 0 : 1 } : cursor.value;
      const { key } = cursor;
      try {
        const here = localStorage.getItem(key);
        if (at > known && isRecord(text)) {
          if (here === null || (isRecord(here) && isNewer(text, here))) localStorage.setItem(key, text);
        } else if (at > known && text === null) {
          localStorage.removeItem(key);
        } else if (at > known) {
          localStorage.setItem(key, text);
        } else if (!isRecord(text) && !(Date.now() - when < DAY_MS)) {
          // What it is, or that it is gone, is on the disk by now.
          cursor.delete();
        } else if (here === null && text !== null) {
          // The page went before its removal was copied.
          cursor.update({ text: null, at: known, when: Date.now() });
        }
        if (at > latest) latest = at;
      } catch (error) {
        // Unreadable or no room: it stays where it is, and the app says the rest.
        console.warn("Not brought back:", key, error);
      }
      cursor.continue();
    };
  });
  localStorage.setItem(COUNT, latest);
}

// Longer than this nobody is kept waiting for a copy.
const COPY_MS = 3_000;
let copying = 0;

addEventListener("cpor:stored", async (event) => {
  // It is told when the copy is there.
  event.preventDefault();
  const key = event.detail;
  const text = localStorage.getItem(key);
  const at = count();
  copying += 1;
  try {
    const database = await mirror;
    if (database) await Promise.race([copy(database, { text, at, when: Date.now() }, key), new Promise((resolve) => setTimeout(resolve, COPY_MS))]);
  } catch (error) {
    console.warn("No copy was kept:", error);
  }
  copying -= 1;
  if (copying === 0) dispatchEvent(new Event("cpor:copied"));
});

function copy(database, record, key) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(MIRROR, "readwrite");
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
    transaction.objectStore(MIRROR).put(record, key);
  });
}

// To make room, the parts of earlier releases go.
addEventListener("cpor:drop-earlier", (event) => {
  const worker = navigator.serviceWorker?.controller;
  if (!worker) return;
  event.preventDefault();
  const { port1, port2 } = new MessageChannel();
  new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    // The worker of a release that does not know the word says nothing.
    setTimeout(resolve, 3_000, 0);
  }).then(event.detail);
  worker.postMessage("DROP_EARLIER", [port2]);
});

const restored = Promise.race([
  restore().catch((error) => console.warn("Nothing was brought back:", error)),
  new Promise((resolve) => setTimeout(resolve, 2_000)),
]);

try {
  const { default: start } = await import(js);
  const options = { credentials: "same-origin", ...(wasmIntegrity && { integrity: wasmIntegrity }) };
  const program = fetch(wasm, options);
  await restored;
  await start({ module_or_path: program });
  panel.remove();
} catch (error) {
  panel.hidden = false;
  throw error;
}

// Tells the app when another version is ready, and changes to it when the app says so.
function watch(registration) {
  // Some browsers are set to refuse without a word.
  if (!registration) return;
  const workers = navigator.serviceWorker;
  const tell = () => {
    // The first version of all is nothing to be told of.
    if (registration.waiting && workers.controller) dispatchEvent(new Event("cpor:update-ready"));
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", tell);
  });
  addEventListener("cpor:update-now", () => {
    workers.addEventListener("controllerchange", () => location.reload(), { once: true });
    if (registration.waiting) registration.waiting.postMessage("SKIP_WAITING");
    else location.reload();
  });
  // A tab may stay open for weeks.
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - asked < 3_600_000) return;
    asked = Date.now();
    registration.update().catch(() => {});
  });
  tell();
}

if ("serviceWorker" in navigator) {
  if (serviceWorker) {
    navigator.serviceWorker.register(serviceWorker, { updateViaCache: "none" }).then(watch, (error) => {
      console.warn("The app will not start offline:", error);
    });
  } else {
    // A development build: an older release must not answer for it.
    for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
  }
}
