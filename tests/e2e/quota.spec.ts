// Storage that is really full, at every write: what was typed stays, it is said how
// much is needed, and what found no room is saved when there is some.
import type { Page } from "@playwright/test";
import { inAllColours } from "./support/axe";
import {
  KINDS, acknowledge, addCustomer, addProof, claimName, claimOnServer, expectSubmittedOnce, fillToReview, goOn, pdf, signIn,
  startDraft, submitButton,
} from "./support/claim";
import { Room, emptyLocal, fillLocal } from "./support/full";
import { losses } from "./support/losses";
import { expectSaved, goOffline, keptForOffline, open } from "./support/pages";
import { radio } from "./support/reviewing";
import { expect, test } from "./support/test";

const NEEDED = /^The storage of this browser is full, and [\d.]+ [kM]?B are needed\./;

const band = (page: Page) => page.getByRole("banner").getByText(NEEDED);

async function makeRoom(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Make room now" }).click();
  await expect(band(page)).toHaveCount(0, { timeout: 30_000 });
}

/** A proof of this size. */
function large(bytes: number): Buffer {
  const noise = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(noise.subarray(at, Math.min(bytes, at + 65_536)));
  return Buffer.concat([pdf(), noise]);
}

/** Hands a claim in whose file is worth freeing. */
async function handIn(page: Page, url: string, bytes: number): Promise<string> {
  await open(page, url, "/claims");
  const id = await startDraft(page);
  const name = claimName("Contoso handed in");
  await fillToReview(page, KINDS.use, name);
  await addCustomer(page);
  await page.getByLabel("Choose files").setInputFiles({ name: "large.pdf", mimeType: "application/pdf", buffer: large(bytes) });
  await expect(page.getByRole("list", { name: "Files" }).getByText("large.pdf", { exact: true })).toBeVisible();
  await goOn(page, "submit");
  await acknowledge(page);
  await submitButton(page).click();
  await expectSubmittedOnce(page, url, id, name);
  await expect(page.getByText("Everything is sent")).toBeVisible();
  return id;
}

/** The texts of a store of the account that is signed in. */
async function stored(page: Page, store: string): Promise<string[]> {
  return page.evaluate(async (store) => {
    const all: string[] = [];
    for (const { name } of await indexedDB.databases()) {
      if (!name?.startsWith("cpor.") || name === "cpor.mirror") continue;
      const database = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
      });
      const keys = await new Promise<IDBValidKey[]>((resolve) => {
        const request = database.transaction(store).objectStore(store).getAllKeys();
        request.onsuccess = () => resolve(request.result);
      });
      database.close();
      all.push(...keys.map(String));
    }
    return all;
  }, store);
}

test("a submission that finds no room is not sent, and is when there is some", async ({ page, server }) => {
  const room = await Room.limited(page, server.url);
  await signIn(page, server.url);
  const before = await handIn(page, server.url, 2_000_000);
  await open(page, server.url, "/claims");
  const id = await startDraft(page);
  const name = claimName("Contoso without room");
  await fillToReview(page, KINDS.use, name);
  await addCustomer(page);
  await addProof(page);
  await goOn(page, "submit");
  await acknowledge(page);
  await expectSaved(page);
  await expect(page.getByText("Everything is sent")).toBeVisible();
  const files = await stored(page, "files");
  expect(files).toHaveLength(2);
  await room.fill();
  await room.allowUsed();

  await submitButton(page).click();
  await expect(page.getByText(/^Not sent: the storage of this browser is full, and [\d.]+ [kM]?B are needed\./)).toBeVisible();
  await expect(band(page)).toBeVisible();
  await expect(page).toHaveURL(/\/submit$/);
  expect((await claimOnServer(page.request, server.url, id))?.status).toBe("draft");
  const [download] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("button", { name: "Download what is not sent" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^cpor-drafts-.*\.zip$/);

  // What the server has goes first; the draft and its own file stay.
  await makeRoom(page);
  expect(await stored(page, "files")).toHaveLength(1);
  expect(await stored(page, "file_uses")).toEqual([expect.stringContaining(id)]);
  await submitButton(page).click();
  await expectSubmittedOnce(page, server.url, id, name);
  // The claims that went come back.
  await open(page, server.url, `/claims/${before}`);
  await expect(page.getByRole("heading", { level: 1, name: /Contoso handed in/ })).toBeVisible();
});

test("a file that finds no room is named with its size, and is added when there is some", async ({ page, server }) => {
  const room = await Room.limited(page, server.url);
  await signIn(page, server.url);
  await handIn(page, server.url, 2_000_000);
  await open(page, server.url, "/claims");
  const id = await startDraft(page);
  await fillToReview(page, KINDS.use, claimName("Contoso with a file too many"));
  await addCustomer(page);
  await expect(page.getByText("Everything is sent")).toBeVisible();
  await room.fill();
  await room.allowUsed();
  const file = { name: "scan.pdf", mimeType: "application/pdf", buffer: large(300_000) };
  await page.getByLabel("Choose files").setInputFiles(file);
  await expect(page.getByRole("main").getByText(/^scan\.pdf was not added: .* Free 3\d\d(\.\d)? kB and add it again\.$/)).toBeVisible();
  await expect(page.getByRole("list", { name: "Files" }).getByRole("listitem")).toHaveCount(0);
  await expect(band(page)).toBeVisible();
  const found = await inAllColours(page, "no room");
  await page.setViewportSize({ width: 320, height: 640 });
  found.push(...(await losses(page, "no room")));
  expect(found).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 800 });

  await makeRoom(page);
  await page.getByLabel("Choose files").setInputFiles(file);
  await expect(page.getByRole("list", { name: "Files" }).getByText("scan.pdf", { exact: true })).toBeVisible();
  await expectSaved(page);
  expect(await stored(page, "file_uses")).toEqual([expect.stringContaining(id)]);
});

test("news that find no room are said, and come when there is some", async ({ page, server, browser }) => {
  const room = await Room.limited(page, server.url);
  await signIn(page, server.url);
  await expect(page.getByText("Everything is sent")).toBeVisible();
  await room.fill();

  // Something new on the server, by the same person elsewhere.
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await signIn(other, server.url);
  await startDraft(other);
  const name = claimName("Contoso from elsewhere");
  await fillToReview(other, KINDS.use, name);
  await addCustomer(other);
  await expect(other.getByText("Everything is sent")).toBeVisible();
  await elsewhere.close();

  await expect(band(page)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("Everything is sent")).toHaveCount(0);
  // Too little can be removed, and so nothing is fetched that would take the rest.
  // The browser counts late what is used: what it found free meanwhile is used as well.
  await room.fill();
  await page.getByRole("button", { name: "Make room now" }).click();
  await expect(page.getByText(/^Nothing can be removed safely/).first()).toBeAttached();
  await expect(band(page)).toBeVisible();
  await expect(page.getByText("Everything is sent")).toHaveCount(0);
  await room.free();
  // It goes on when asked, unless it already did by itself.
  await expect(async () => {
    if (await band(page).isVisible()) await page.getByRole("button", { name: "Make room now" }).click({ timeout: 1_000 });
    await expect(page.getByText("Everything is sent")).toBeVisible({ timeout: 10_000 });
  }).toPass({ timeout: 60_000 });
  await expect(band(page)).toHaveCount(0);
  await page.getByRole("searchbox", { name: "Search claims" }).fill(name);
  await expect(page.getByRole("row").filter({ hasText: name })).toHaveCount(1);
});

test("parts of earlier versions make room, and those of this one stay", async ({ page, server }) => {
  // As an earlier version and something else left them, before this one was here.
  await page.goto(`${server.url}/rescue.html`);
  await page.evaluate(async () => {
    for (const name of ["cpor-claims-earlier", "of-something-else"]) {
      const cache = await caches.open(name);
      await cache.put("/assets/earlier.wasm", new Response(new Uint8Array(123_000)));
    }
  });
  await signIn(page, server.url);
  await keptForOffline(page);
  await open(page, server.url, "/settings");
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  const names = () => page.evaluate(async () => (await caches.keys()).map((name) => name.replace(/-[0-9a-f]{8,}$/, "-now")));
  const before = await names();
  expect(before).toContain("cpor-claims-earlier");
  await page.getByRole("button", { name: "Free space" }).click();
  await expect(page.getByRole("main").getByText(/^12\d(\.\d)? kB freed\./)).toBeVisible();
  expect(await names()).toEqual(before.filter((name) => name !== "cpor-claims-earlier"));
  // A second tab may still run one.
  const other = await page.context().newPage();
  await open(other, server.url, "/claims");
  await page.getByRole("button", { name: "Free space" }).click();
  await expect(page.getByRole("main").getByText(/^Nothing can be removed safely/)).toBeVisible();
  expect(await names()).toContain("of-something-else");
});

test("a setting that finds no room holds, and is kept when there is some", async ({ page, server }) => {
  await open(page, server.url, "/settings");
  await fillLocal(page);
  await page.getByRole("radio", { name: "Dark" }).check();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(band(page)).toBeVisible();
  expect(await page.evaluate(() => localStorage.getItem("cpor.settings.theme"))).toBeNull();
  // Foreign keys are not ours to remove.
  await page.getByRole("button", { name: "Make room now" }).click();
  await expect(page.getByRole("banner").getByText(/^Nothing can be removed safely/)).toBeVisible();
  expect(await page.evaluate(() => Object.keys(localStorage).some((key) => key.startsWith("filler")))).toBe(true);
  await emptyLocal(page);
  await makeRoom(page);
  expect(await page.evaluate(() => localStorage.getItem("cpor.settings.theme"))).toBe("dark");
});

test("a reviewer's notes that find no room stay, and are kept when there is some", async ({ page, server, browser }) => {
  const partner = await browser.newContext();
  const theirs = await partner.newPage();
  await signIn(theirs, server.url);
  const id = await handIn(theirs, server.url, 1_000);
  await partner.close();
  await page.goto(`${server.url}/sign-in`);
  await page.getByRole("button", { name: "Reviewer", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Claims to review" })).toBeVisible();
  await open(page, server.url, `/review/${id}`);
  await fillLocal(page);
  await radio(page, "Reject").check();
  const comment = page.getByLabel("Comment for the partner");
  const words = `The signature on page 2 is missing. ${"It should be there. ".repeat(20)}`;
  await comment.fill(words);
  await expect(page.getByText(/^This device has no room left/)).toBeVisible();
  await expect(band(page)).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("button", { name: "Download your notes" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("notes.json");
  await emptyLocal(page);
  await makeRoom(page);
  await expect(comment).toHaveValue(words);
  await expect(page.getByText(/^This device has no room left/)).toHaveCount(0);
  await page.reload();
  await expect(comment).toHaveValue(words);
});

test.describe("without a connection", () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED/] });

  test("what was kept for all accounts is taken over when there is room", async ({ page, context, server }) => {
    const room = await Room.limited(page, server.url);
    await signIn(page, server.url);
    await startDraft(page);
    const name = claimName("Contoso of the old store");
    await fillToReview(page, KINDS.use, name);
    await goOffline(page);
    await page.getByRole("main").getByRole("button", { name: "Add customer" }).click();
    await expect(page.getByRole("link", { name: "1 change waiting to send" }).first()).toBeVisible();
    // As an older version left it: one database for the organisation, with a large file.
    await page.goto("about:blank");
    await context.setOffline(false);
    await page.goto(`${server.url}/rescue.html`);
    const moved = await page.evaluate(async () => {
      const done = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const own = (await indexedDB.databases()).map(({ name }) => name ?? "").find((name) => /^cpor\.[^.]+\.[^.]+$/.test(name));
      if (!own) throw new Error("there is no store of an account");
      const from = await done(indexedDB.open(own));
      const names = [...from.objectStoreNames];
      const request = indexedDB.open(own.split(".").slice(0, 2).join("."), 1);
      request.onupgradeneeded = () => { for (const name of names) request.result.createObjectStore(name); };
      const to = await done(request);
      for (const name of names) {
        const store = from.transaction(name).objectStore(name);
        const [keys, values] = [await done(store.getAllKeys()), await done(from.transaction(name).objectStore(name).getAll())];
        const target = to.transaction(name, "readwrite").objectStore(name);
        for (const [index, key] of keys.entries()) target.put(values[index], key);
        if (name === "files") {
          const bytes = new Uint8Array(500_000).map((_, index) => (index * 7919) % 251);
          target.put({ name: "old.pdf", media_type: "application/pdf", bytes }, "0".repeat(64));
        }
        await new Promise((resolve) => { target.transaction.oncomplete = resolve; });
      }
      from.close();
      to.close();
      await done(indexedDB.deleteDatabase(own));
      return own;
    });
    await room.fill();
    await page.goto(`${server.url}/outbox`);
    await expect(band(page)).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText("Everything is sent")).toHaveCount(0);
    await room.free();
    await makeRoom(page);
    // It is sent from the account's own store, once.
    await open(page, server.url, "/claims");
    await expect(page.getByText("Everything is sent")).toBeVisible({ timeout: 30_000 });
    expect(await page.evaluate(async (own) => (await indexedDB.databases()).some(({ name }) => name === own), moved)).toBe(true);
    const reply = await page.request.get(`${server.url}/v1/changes`);
    const { changes } = await reply.json() as { changes: { upsert?: { claim: { draft: { claim_name: string } } } }[] };
    expect(changes.filter(({ upsert }) => upsert?.claim.draft.claim_name === name)).toHaveLength(1);
  });
});
