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

try {
  const { default: start } = await import(js);
  const options = { credentials: "same-origin", ...(wasmIntegrity && { integrity: wasmIntegrity }) };
  await start({ module_or_path: fetch(wasm, options) });
  panel.remove();
} catch (error) {
  panel.hidden = false;
  throw error;
}

// Tells the app when another version is ready, and changes to it when the app says so.
function watch(registration) {
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
