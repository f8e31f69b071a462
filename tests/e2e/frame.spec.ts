// What stands around every page: leaving, the connection, what waits, and a start that hangs.
import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { KINDS, addCustomer, claimName, fillRole, fillToReview, goOn, signIn, startDraft } from "./support/claim";
import { expectSaved, goOffline, keptForOffline, open } from "./support/pages";
import { expect, test } from "./support/test";

/** Closes the page as a person does; answers what the browser asked. */
async function close(page: Page): Promise<string[]> {
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  const closed = page.waitForEvent("close");
  await page.close({ runBeforeUnload: true });
  await closed;
  return asked;
}

/** Whether the page asks before it is left; one that does is not kept for the way back. */
async function asks(page: Page): Promise<boolean> {
  return page.evaluate(() => !dispatchEvent(new Event("beforeunload", { cancelable: true })));
}

test.describe("leaving", () => {
  test("asks nothing while everything is saved", async ({ page, server }) => {
    await startDraft(page, server.url);
    expect(await asks(page)).toBe(false);
    await fillRole(page, KINDS.use);
    await goOn(page, "details");
    await page.getByLabel("Claim name").fill("Contoso saved");
    await expectSaved(page);
    expect(await asks(page)).toBe(false);
    expect(await close(page)).toEqual([]);
  });

  test("asks while something could not be saved, and no longer than that", async ({ page, server }) => {
    await startDraft(page, server.url);
    await fillRole(page, KINDS.use);
    await goOn(page, "details");
    await expectSaved(page);
    await page.evaluate(() => {
      const whole = Storage.prototype.setItem;
      Object.assign(window, { mend: () => { Storage.prototype.setItem = whole; } });
      Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    });
    const name = page.getByLabel("Claim name");
    await name.fill("Contoso unsaved");
    await expect(page.getByRole("alert")).toContainText("Not saved");
    expect(await asks(page)).toBe(true);
    await page.evaluate(() => (window as unknown as { mend: () => void }).mend());
    await name.fill("Contoso saved again");
    await expectSaved(page);
    expect(await asks(page)).toBe(false);
    await page.evaluate(() => {
      Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    });
    await name.fill("Contoso unsaved again");
    // The alarm of the first time still stands in its region.
    await expect(page.locator(".ca-save")).toHaveText(/^Not saved/);
    expect(await close(page)).toEqual(["beforeunload"]);
  });
});

test.describe("without a connection", () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED/] });

  for (const [language, words, again] of [
    ["en", "Offline. You can go on writing; everything is sent when the connection is back.", "Connected again."],
    ["zh-Hant-TW", "目前離線。您可以繼續填寫；恢復連線後會傳送所有內容。", "已恢復連線。"],
  ] as const) {
    test(`a banner says what still works, and each change is said once, in ${language}`, async ({ page, context, server }) => {
      await signIn(page, server.url);
      await open(page, server.url, "/claims", language);
      await keptForOffline(page);
      const said = page.locator("#live-polite");
      await said.evaluate((element) => {
        const all: string[] = [];
        Object.assign(window, { all });
        new MutationObserver(() => all.push((element.textContent ?? "").trim())).observe(element, { childList: true, characterData: true, subtree: true });
      });
      const heard = () => page.evaluate(() => (window as unknown as { all: string[] }).all);
      const banner = page.getByRole("banner").locator(".ca-banner");
      await goOffline(page);
      // Whatever asks the server finds out; pressing is the quickest.
      await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      await expect(banner).toHaveText(words, { timeout: 60_000 });
      await expect(banner.locator("svg")).toBeVisible();
      await expect(page.getByRole("dialog")).toHaveCount(0);
      await expect(page.getByRole("alertdialog")).toHaveCount(0);
      expect(await heard()).toEqual([words]);
      for (const path of ["/outbox", "/settings", "/claims"]) {
        await page.locator(`.ca-rail a[href="${path}"]`).click();
        await expect(page).toHaveURL(new RegExp(path));
        await expect(banner).toHaveText(words);
      }
      await page.emulateMedia({ forcedColors: "active" });
      await page.setViewportSize({ width: 320, height: 640 });
      await expect(banner.locator("svg")).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
      await context.setOffline(false);
      await expect(banner).toHaveCount(0, { timeout: 60_000 });
      expect((await heard()).filter((text) => text === words || text === again)).toEqual([words, again]);
    });
  }

  test("what waits is counted on every page, and leads to the outbox", async ({ page, context, server }) => {
    await signIn(page, server.url);
    const id = await startDraft(page);
    await fillToReview(page, KINDS.use, claimName("Contoso counted"));
    await goOffline(page);
    await addCustomer(page);
    const count = page.getByRole("banner").getByRole("link", { name: "1 change waiting to send" });
    await expect(count).toBeVisible();
    await keptForOffline(page);
    const paths = [
      "/claims", "/outbox", "/settings", "/backup", "/notifications", "/explain", "/no-such-page",
      `/claims/${id}`, `/drafts/${id}/role`, `/drafts/${id}/proof`, `/drafts/${id}/all`,
    ];
    for (const path of paths) {
      await page.evaluate((to) => { history.pushState(null, "", to); dispatchEvent(new PopStateEvent("popstate")); }, path);
      await expect(page).toHaveURL(new RegExp(`${path}$`));
      await expect(count, path).toBeVisible();
    }
    await count.click();
    await expect(page.getByRole("heading", { level: 1, name: "Outbox" })).toBeVisible();
    await expect(page.getByRole("listitem").filter({ hasText: "Create the claim" })).toBeVisible();
    await context.setOffline(false);
    await expect(page.getByRole("link", { name: /waiting to send/ })).toHaveCount(0, { timeout: 60_000 });
  });
});

test.describe("a program that does not load", () => {
  test.use({ expectedErrors: [/Failed to load|Failed to fetch|ERR_FAILED|Content Security Policy|CompileError|WebAssembly/] });

  const message = (page: Page) => page.getByRole("alert").filter({ has: page.getByRole("heading", { name: "CPOR Claims could not start" }) });

  test("says so within five seconds when the line hangs, and starts when it comes after all", async ({ page, staticServer }) => {
    let arrive = () => {};
    const hangs = new Promise<void>((resolve) => { arrive = resolve; });
    await page.clock.install();
    await page.route("**/*_bg*.wasm", async (route) => {
      await hangs;
      await route.continue();
    });
    const asked = page.waitForRequest("**/*_bg*.wasm");
    await page.goto(staticServer.url, { waitUntil: "commit" });
    await asked;
    await expect(message(page)).toBeHidden();
    await page.clock.fastForward(5_000);
    await expect(message(page)).toBeVisible();
    await expect(message(page).getByRole("link", { name: /Rescue drafts/ })).toHaveAttribute("href", "/rescue.html");
    arrive();
    await expect(page.getByRole("heading", { level: 1, name: "Customer claims" })).toBeVisible();
    await expect(page.locator("#boot-error")).toHaveCount(0);
  });

  test("can be tried again, and the drafts are found without it", async ({ page, staticServer }) => {
    await startDraft(page, staticServer.url);
    await fillRole(page, KINDS.use);
    await goOn(page, "details");
    await page.getByLabel("Claim name").fill("Contoso to be rescued");
    await expectSaved(page);
    let isBroken = true;
    await page.route("**/*", (route) => {
      const isProgram = /_bg.*\.wasm/.test(route.request().url());
      return isBroken && isProgram ? route.abort() : route.continue();
    });
    await page.evaluate(async () => {
      for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
      for (const name of await caches.keys()) await caches.delete(name);
    });
    await page.reload();
    await expect(message(page)).toBeVisible();
    await message(page).getByRole("link", { name: /Rescue drafts/ }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"), page.getByRole("button", { name: /Download all/ }).click(),
    ]);
    expect(await readFile(await download.path(), "utf8")).toContain("Contoso to be rescued");
    await page.goBack();
    await expect(message(page)).toBeVisible();
    isBroken = false;
    await message(page).getByRole("button", { name: /Try again/ }).click();
    await expect(page.getByLabel("Claim name")).toHaveValue("Contoso to be rescued");
  });
});
