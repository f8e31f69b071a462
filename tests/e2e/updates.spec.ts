// Another version of the app is served while the old one is open.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { KINDS, addCustomer, claimName, fillToReview, goOn, signIn, startDraft } from "./support/claim";
import { expectSaved, keptForOffline } from "./support/pages";
import { Server } from "./support/server";
import { expect, test as base } from "./support/test";

/** A server whose files can be replaced by those of a later build. */
const test = base.extend<{ site: { url: string; release(changes?: Record<string, (text: string) => string>): Promise<void> } }>({
  site: async ({ context }, use) => {
    const dist = await mkdtemp(join(tmpdir(), "cpor-dist-"));
    await cp(process.env.CPOR_DIST ?? "", dist, { recursive: true });
    const server = await Server.reference(dist);
    let build = 0;
    await use({
      url: server.url,
      async release(changes = {}) {
        build += 1;
        const version = (script: string) => script.replace(/const VERSION = "[^"]*"/, `const VERSION = "build-${build}"`);
        for (const [name, change] of Object.entries({ ...changes, "sw.js": version })) {
          const path = join(dist, name);
          const before = await readFile(path, "utf8");
          expect(change(before)).not.toBe(before);
          await writeFile(path, change(before));
          await Promise.all([".br", ".gz"].map((packed) => rm(path + packed, { force: true })));
        }
      },
    });
    await Promise.all(context.pages().map((page) => page.close()));
    await server.remove();
    await rm(dist, { recursive: true, force: true });
  },
});

test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|status of 503/] });

/** Waits until the app can be opened without a network. */
async function isKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) {
      await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
    }
  });
}

const lookForUpdate = (page: Page) =>
  page.evaluate(async () => (await navigator.serviceWorker.ready).update().then(() => undefined));

const ready = (page: Page) => page.getByRole("banner").getByText("A new version of the app is ready.");

const caches = (page: Page) => page.evaluate(() => window.caches.keys());

async function typeWithoutNetwork(page: Page, context: BrowserContext, id: string, url: string, name: string): Promise<void> {
  await page.goto(`${url}/drafts/${id}/details`);
  await expect(page.getByLabel("Claim name")).not.toHaveValue("");
  await context.setOffline(true);
  await page.getByLabel("Claim name").fill(name);
  for (const step of ["workloads", "contacts", "review"]) await goOn(page, step);
  await page.getByRole("main").getByRole("button", { name: "Add customer" }).click();
  await expect(page.getByRole("link", { name: "1 change waiting to send" }).first()).toBeVisible();
}

test("an update waits until it is wanted, and loses nothing that is typed or waits", async ({ page, context, site }) => {
  await signIn(page, site.url);
  await isKept(page);
  const id = await startDraft(page);
  await fillToReview(page, KINDS.use, claimName("Contoso update"));
  await addCustomer(page);
  await expect.poll(async () => (await page.request.get(`${site.url}/v1/claims/${id}`)).status()).toBe(200);
  await expect(page.getByText("Everything is sent")).toBeVisible();
  await typeWithoutNetwork(page, context, id, site.url, "Contoso kept");

  await context.setOffline(false);
  await context.route("**/v1/claims/**", (route) => route.fulfill({ status: 503, headers: { "Retry-After": "120" } }));
  await page.goto(`${site.url}/drafts/${id}/details`);
  await page.getByLabel("Claim name").fill("Contoso kept and typed");
  await site.release();
  await lookForUpdate(page);
  // It says so, and the page is the same as before.
  await expect(ready(page)).toBeVisible();
  await expect(page.getByLabel("Claim name")).toHaveValue("Contoso kept and typed");

  const loaded = page.waitForEvent("load");
  await page.getByRole("button", { name: "Update now" }).click();
  await loaded;
  await expect(page.getByLabel("Claim name")).toHaveValue("Contoso kept and typed");
  await expect(ready(page)).toHaveCount(0);
  expect((await caches(page)).some((name) => name.endsWith("build-1"))).toBe(true);
  await expect(page.getByRole("link", { name: "1 change waiting to send" }).first()).toBeVisible();

  await context.unroute("**/v1/claims/**");
  await page.goto(`${site.url}/claims`);
  await expect.poll(async () => {
    const claim = await (await page.request.get(`${site.url}/v1/claims/${id}`)).json() as { draft: { claim_name: string } };
    return claim.draft.claim_name;
  }, { timeout: 30_000 }).toBe("Contoso kept");
});

test("the app opens without a network, before and after an update, also for a tab of the old version", async ({ page, context, site }) => {
  await signIn(page, site.url);
  await isKept(page);
  const other = await context.newPage();
  await other.goto(`${site.url}/claims`);
  await expect(other.getByRole("heading", { level: 1, name: "Customer claims" })).toBeVisible();
  await site.release();
  await lookForUpdate(page);
  await expect(ready(page)).toBeVisible();
  const loaded = page.waitForEvent("load");
  await page.getByRole("button", { name: "Update now" }).click();
  await loaded;
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect((await caches(page)).filter((name) => name.startsWith("cpor-claims-"))).toHaveLength(2);

  await context.setOffline(true);
  // The tab that was not updated was not disturbed, and gets parts it had not needed yet.
  await other.getByRole("link", { name: "Settings" }).first().click();
  await expect(other.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  await page.goto(`${site.url}/claims/new`);
  await page.getByRole("radio", { name: "Modern Work and Security" }).check();
  await expectSaved(page);
  await context.setOffline(false);

  // Only the version before is kept beside the present one.
  await site.release();
  await page.goto(`${site.url}/claims`);
  await lookForUpdate(page);
  await expect(ready(page)).toBeVisible();
  const again = page.waitForEvent("load");
  await page.getByRole("button", { name: "Update now" }).click();
  await again;
  await expect.poll(async () => (await caches(page)).filter((name) => name.startsWith("cpor-claims-")).sort())
    .toEqual(["cpor-claims-build-1", "cpor-claims-build-2"]);
});

test("texts of the new version are shown after the update", async ({ page, site }) => {
  await page.goto(`${site.url}/settings?lang=zh-Hant-TW`);
  await isKept(page);
  await expect(page.getByRole("heading", { level: 1, name: "設定", exact: true })).toBeVisible();
  await site.release({ "i18n/zh-Hant-TW.json": (texts) => texts.replaceAll("\"設定\"", "\"新設定\"") });
  await lookForUpdate(page);
  const loaded = page.waitForEvent("load");
  await page.getByRole("banner").getByRole("button", { name: "立即更新" }).click();
  await loaded;
  await expect(page.getByRole("heading", { level: 1, name: "新設定", exact: true })).toBeVisible();
});

test("it can be installed, with shortcuts to what one starts with", async ({ page, site }) => {
  await page.goto(site.url);
  await keptForOffline(page);
  const session = await page.context().newCDPSession(page);
  // The contexts of tests are private windows, where nothing can be installed.
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((error) => error !== "in-incognito")).toEqual([]);
  expect((await session.send("Page.getAppManifest")).errors).toEqual([]);
  const href = await page.locator("link[rel=manifest]").getAttribute("href");
  const manifest = await (await page.request.get(new URL(href ?? "", site.url).href)).json() as {
    id: string; display: string; icons: { src: string; sizes: string }[]; shortcuts: { name: string; url: string }[];
  };
  expect([manifest.id, manifest.display]).toEqual(["/", "standalone"]);
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(["192x192", "512x512"]));
  for (const { src } of manifest.icons) expect((await page.request.get(`${site.url}${src}`)).ok()).toBe(true);
  const touch = await page.locator("link[rel=apple-touch-icon]").getAttribute("href");
  expect((await page.request.get(`${site.url}${touch}`)).ok()).toBe(true);
  for (const { url } of manifest.shortcuts) {
    await page.goto(`${site.url}${url}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByText("There is no such page")).toHaveCount(0);
  }
  expect(manifest.shortcuts.map(({ name }) => name)).toEqual(["Add customer", "Outbox"]);
});
