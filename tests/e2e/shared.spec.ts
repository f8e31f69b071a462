// A computer that others use: nothing of the person reaches its disk, and nothing
// is left when they go.
import type { Page } from "@playwright/test";
import { inAllColours } from "./support/axe";
import { ADMIN, KINDS, OTHER_ADMIN, addCustomer, addProof, claimName, fillToReview, startDraft } from "./support/claim";
import { losses } from "./support/losses";
import { expect, test } from "./support/test";

const BAND = "Shared computer: nothing is kept here.";

async function signInShared(page: Page, url: string, account = ADMIN): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByRole("checkbox", { name: "This is a shared computer" }).check();
  await page.getByRole("button", { name: account }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Customer claims" })).toBeVisible();
  await expect(page.getByText(BAND)).toBeVisible();
}

/** What is noted of the browser, whoever sits at it. */
const OF_NOBODY = ["cpor.mirror-count", "cpor.settings.had-backend"];

/** Everything that the browser keeps for this origin, as far as it tells of a person. */
async function kept(page: Page): Promise<{ keys: string[]; databases: string[]; copied: string[]; cached: string[] }> {
  return page.evaluate(async (ofNobody) => {
    const ofSomebody = (key: string) => !ofNobody.includes(key);
    // The copy of local storage; the mark of a key that is gone is no copy.
    const copied = await new Promise<string[]>((resolve) => {
      const request = indexedDB.open("cpor.mirror", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("records");
      request.onsuccess = () => {
        const found: string[] = [];
        const all = request.result.transaction("records").objectStore("records").openCursor();
        all.onsuccess = () => {
          const cursor = all.result;
          if (cursor) {
            if (cursor.value.text !== null) found.push(String(cursor.key));
            return cursor.continue();
          }
          request.result.close();
          resolve(found.filter(ofSomebody));
        };
      };
    });
    const cached: string[] = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) cached.push(new URL(url).pathname);
    }
    return {
      keys: Object.keys(localStorage).filter(ofSomebody),
      databases: (await indexedDB.databases()).map(({ name }) => name ?? "").filter((name) => name !== "cpor.mirror"),
      copied,
      cached: cached.filter((path) => path.startsWith("/v1/")),
    };
  }, OF_NOBODY);
}

test("on a shared computer nothing is stored, and every page says so", async ({ page, server }) => {
  await signInShared(page, server.url);
  await startDraft(page);
  const name = claimName("Contoso at the library");
  await fillToReview(page, KINDS.use, name);
  await addCustomer(page);
  await addProof(page);
  const found: string[] = [];
  for (const [link, heading] of [["Outbox", "Outbox"], ["Settings", "Settings"], ["Customer claims", "Customer claims"]] as const) {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: link }).click();
    await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
    await expect(page.getByText(BAND).first()).toBeVisible();
    found.push(...(await inAllColours(page, heading)));
  }
  expect(found).toEqual([]);
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await losses(page, "shared")).toEqual([]);
  expect(await kept(page)).toEqual({ keys: ["cpor.shared"], databases: [], copied: ["cpor.shared"], cached: [] });
});

test("signing out lists what is only here, and leaves nothing", async ({ page, server }) => {
  await signInShared(page, server.url);
  await startDraft(page);
  const name = claimName("Contoso not sent");
  await fillToReview(page, KINDS.use, name);
  const signOut = page.getByRole("banner").getByRole("button", { name: "Sign out" });
  await signOut.click();
  const dialog = page.getByRole("dialog", { name: "Sign out" });
  await expect(dialog.getByRole("list", { name: "Not sent" })).toContainText(name);
  expect(await inAllColours(page, "dialog")).toEqual([]);
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toMatch(/^cpor-drafts-.*\.zip$/);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(signOut).toBeFocused();
  await signOut.click();
  await dialog.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
  await expect(page.getByText(BAND)).toHaveCount(0);
  await expect.poll(() => kept(page)).toEqual({ keys: [], databases: [], copied: [], cached: [] });
  expect((await page.request.get(`${server.url}/v1/session`)).status(), "nobody is signed in").toBe(204);
  // Whoever comes next finds nothing of it.
  await page.goto(`${server.url}/sign-in`);
  await page.getByRole("button", { name: OTHER_ADMIN }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Customer claims" })).toBeVisible();
  await expect(page.getByText(name)).toHaveCount(0);
});

test("a tab that is closed with a draft asks, and another tab knows", async ({ page, context, server }) => {
  await signInShared(page, server.url);
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  const other = await context.newPage();
  await other.goto(`${server.url}/claims`);
  await expect(other.getByText(BAND)).toBeVisible();
  await expect(other.getByRole("button", { name: "Sign out" })).toBeVisible();
  await startDraft(page);
  await fillToReview(page, KINDS.use, claimName("Contoso in this tab"));
  await page.close({ runBeforeUnload: true });
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  // When the last tab is closed without a word, the next one has to sign in again.
  await other.close();
  const next = await context.newPage();
  await next.goto(`${server.url}/claims`);
  await expect(next.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
  await expect(next.getByText(BAND)).toHaveCount(0);
  await expect.poll(async () => (await next.request.get(`${server.url}/v1/session`)).status()).toBe(204);
});

test.describe("without a connection", () => {
  // While a service worker takes a page over, a request may pass by what the test put in its way.
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED/], serviceWorkers: "block" });

  test("a sign-out reaches the server as soon as it can", async ({ page, server }) => {
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole("button", { name: ADMIN }).click();
    await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
    await page.route("**/v1/session", (route) => route.abort("internetdisconnected"));
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
    expect((await page.request.get(`${server.url}/v1/session`)).status()).toBe(200);
    await page.unroute("**/v1/session");
    await page.reload();
    await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
    await expect.poll(async () => (await page.request.get(`${server.url}/v1/session`)).status()).toBe(204);
  });
});

test.describe("with a server in trouble", () => {
  test.use({ expectedErrors: [/status of 503/] });

  test("with something waiting one chooses what becomes of it", async ({ page, server }) => {
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole("button", { name: ADMIN }).click();
    await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
    await startDraft(page);
    const name = claimName("Contoso given up at the door");
    await fillToReview(page, KINDS.use, name);
    // For so long nothing is tried by itself.
    await page.route("**/v1/claims/**", (route) => route.fulfill({ status: 503, headers: { "Retry-After": "600" } }));
    await addCustomer(page);
    await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
    const dialog = page.getByRole("dialog", { name: "Sign out" });
    await expect(dialog.getByRole("list", { name: "Not sent" })).toContainText(`Create the claim – ${name}`);
    // What is sent meanwhile leaves the list.
    await page.unroute("**/v1/claims/**");
    await dialog.getByRole("button", { name: "Send now" }).click();
    await expect(dialog.getByText("Everything is sent.")).toBeVisible();
    await dialog.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
  });
});
