// The copy of local storage brings back what a killed browser forgot, and nothing that
// was removed.
import type { Page } from "@playwright/test";
import { KINDS, claimName, fillDetails, fillRole, goOn, signIn, startDraft } from "./support/claim";
import { expectSaved } from "./support/pages";
import { expect, test } from "./support/test";

async function begin(page: Page, url: string, name: string): Promise<string> {
  const id = await startDraft(page, url);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await fillDetails(page, name);
  await expectSaved(page);
  return id;
}

/** The copies as they are on the disk. */
function copies(page: Page): Promise<{ key: string; text: string | null; at: number }[]> {
  return page.evaluate(() => new Promise((resolve, reject) => {
    const open = indexedDB.open("cpor.mirror");
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const found: { key: string; text: string | null; at: number }[] = [];
      const request = open.result.transaction("records").objectStore("records").openCursor();
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor) return resolve(found);
        found.push({ key: String(cursor.key), ...cursor.value });
        cursor.continue();
      };
    };
  }));
}

test("a draft that was deleted while no copy could be kept does not come back", async ({ page, staticServer }) => {
  const name = claimName("Contoso to be deleted");
  const id = await begin(page, staticServer.url, name);
  await expect.poll(async () => (await copies(page)).some(({ key, text }) => key.includes(id) && text?.includes(name))).toBe(true);
  await page.goto(`${staticServer.url}/claims/${id}`);
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
  });
  await page.getByRole("button", { name: "Delete this claim" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete this claim" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Customer claims" })).toBeVisible();
  expect((await copies(page)).some(({ key, text }) => key.includes(id) && text !== null)).toBe(true);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Customer claims" })).toBeVisible();
  await expect(page.getByText(name)).toHaveCount(0);
  expect(await page.evaluate((draft) => Object.keys(localStorage).filter((key) => key.includes(draft)), id)).toEqual([]);
  // Nor does its copy stay, with all that was typed.
  await expect.poll(async () => (await copies(page)).filter(({ key, text }) => key.includes(id) && text !== null)).toEqual([]);
});

test("what local storage forgot comes back, writes and removals alike", async ({ page, staticServer }) => {
  const kept = claimName("Contoso that stays");
  const id = await begin(page, staticServer.url, kept);
  const gone = await begin(page, staticServer.url, claimName("Contoso that goes"));
  const before = await page.evaluate(() => ({ ...localStorage }));
  const later = claimName("Contoso as typed last");
  await page.goto(`${staticServer.url}/drafts/${id}/details`);
  await page.getByLabel("Claim name").fill(later);
  await expectSaved(page);
  await page.goto(`${staticServer.url}/claims/${gone}`);
  await page.getByRole("button", { name: "Delete this claim" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete this claim" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Customer claims" })).toBeVisible();
  await expect.poll(async () => (await copies(page)).find(({ key }) => key.includes(gone))?.text ?? "gone").toBe("gone");
  await page.goto(`${staticServer.url}/settings`);
  await page.getByRole("radio", { name: "Dark" }).check();
  await expect.poll(async () => (await copies(page)).some(({ text }) => text === "dark")).toBe(true);
  // As a killed browser leaves it: the state of some seconds ago.
  await page.goto(`${staticServer.url}/rescue.html`);
  await page.evaluate((state) => {
    localStorage.clear();
    for (const [key, text] of Object.entries(state)) localStorage.setItem(key, text as string);
  }, before);
  await page.goto(`${staticServer.url}/drafts/${id}/details`);
  await expect(page.getByLabel("Claim name")).toHaveValue(later);
  expect(await page.evaluate((draft) => Object.keys(localStorage).filter((key) => key.includes(draft)), gone)).toEqual([]);
  await page.goto(`${staticServer.url}/settings`);
  await expect(page.getByRole("radio", { name: "Dark" })).toBeChecked();
});

test("who is signed in is never removed to be written anew", async ({ page, server }) => {
  await page.addInitScript(() => {
    const remove = Storage.prototype.removeItem;
    Storage.prototype.removeItem = function (key) {
      sessionStorage.setItem("removed", `${sessionStorage.getItem("removed") ?? ""} ${key}`);
      remove.call(this, key);
    };
  });
  await signIn(page, server.url);
  await expect(page.getByText("Everything is sent")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Everything is sent")).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.getItem("removed") ?? "")).not.toMatch(/account|organisation/);
  expect(await page.evaluate(() => localStorage.getItem("cpor.settings.account-id"))).toBeTruthy();
});

test("a draft is shown as soon as it is known whose drafts may be seen", async ({ page, server }) => {
  await signIn(page, server.url);
  const name = claimName("Contoso of a known account");
  const id = await begin(page, server.url, name);
  await page.goto(`${server.url}/rescue.html`);
  await page.evaluate(() => localStorage.removeItem("cpor.settings.account-id"));
  await page.goto(`${server.url}/drafts/${id}/details`);
  await expect(page.getByLabel("Claim name")).toHaveValue(name);
});

test("saved is said when the copy is there", async ({ page, staticServer }) => {
  const id = await begin(page, staticServer.url, claimName("Contoso before"));
  // Somebody holds the copies, so that the next one waits.
  await page.evaluate(() => new Promise<void>((resolve) => {
    const open = indexedDB.open("cpor.mirror");
    open.onsuccess = () => {
      const store = open.result.transaction("records", "readwrite").objectStore("records");
      const hold = () => {
        if (!("letGo" in window)) store.count().onsuccess = hold;
        resolve();
      };
      hold();
    };
  }));
  const name = claimName("Contoso after");
  await page.getByLabel("Claim name").fill(name);
  const told = await page.waitForFunction(
    ([draft, text]) => localStorage.getItem(`cpor.draft.${draft}`)?.includes(text) && document.querySelector(".ca-save")?.textContent,
    [id, name] as const,
  );
  expect(await told.jsonValue()).toBe("Saving…");
  await page.evaluate(() => Object.assign(window, { letGo: true }));
  await expectSaved(page);
  expect((await copies(page)).find(({ key }) => key.includes(id))?.text).toContain(name);
});
