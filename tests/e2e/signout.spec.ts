// Signing out speaks for all tabs, hands out what would be lost, and ends nobody else's
// session.
import { type BrowserContext, type Page, type Route } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { ADMIN, KINDS, OTHER_ADMIN, claimName, fillDetails, fillRole, fillToReview, goOn, pdf, signIn, startDraft } from "./support/claim";
import { expectSaved } from "./support/pages";
import { expect, test } from "./support/test";

async function signInShared(page: Page, url: string, account = ADMIN): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByRole("checkbox", { name: "This is a shared computer" }).check();
  await page.getByRole("button", { name: account }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Customer claims" })).toBeVisible();
}

/** A second tab of the same person, which says "stay" to every question. */
async function secondTab(context: BrowserContext, url: string): Promise<{ tab: Page; asked: string[] }> {
  const tab = await context.newPage();
  const asked: string[] = [];
  tab.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  await tab.goto(`${url}/claims`);
  await expect(signOut(tab)).toBeVisible();
  return { tab, asked };
}

function signOut(page: Page) {
  return page.getByRole("banner").getByRole("button", { name: "Sign out" });
}

function signInLink(page: Page) {
  return page.getByRole("banner").getByRole("link", { name: "Sign in" });
}

function dialogOf(page: Page) {
  return page.getByRole("dialog", { name: "Sign out" });
}

test.describe("on a shared computer", () => {
  test("signing out lists what is in another tab, and ends that tab too", async ({ page, context, server }) => {
    await signInShared(page, server.url);
    const { tab, asked } = await secondTab(context, server.url);
    const name = claimName("Only in tab two");
    await startDraft(tab);
    await fillToReview(tab, KINDS.use, name);
    await page.bringToFront();
    await signOut(page).click();
    const dialog = dialogOf(page);
    await expect(dialog.getByRole("list", { name: "Not sent" })).toContainText(`In another tab – ${name}`);
    await expect(dialog.getByText("Everything is sent.")).toHaveCount(0);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(signOut(tab)).toBeVisible();
    await signOut(page).click();
    await dialog.getByRole("button", { name: "Sign out" }).click();
    await expect(signInLink(page)).toBeVisible();
    await expect(signInLink(tab)).toBeVisible();
    expect(asked, "nothing keeps the other tab open").toEqual([]);
    expect((await page.request.get(`${server.url}/v1/session`)).status()).toBe(204);
    await signIn(page, server.url, OTHER_ADMIN);
    await tab.goto(`${server.url}/claims`);
    await expect(tab.getByText(/Northwind Consulting/).first()).toBeVisible();
    await expect(tab.getByText(name)).toHaveCount(0);
  });

  test("a tab that does not answer is told of", async ({ page, context, server }) => {
    await signInShared(page, server.url);
    const { tab } = await secondTab(context, server.url);
    // It is alive and says nothing, as one that hangs.
    await tab.evaluate(() => {
      BroadcastChannel.prototype.postMessage = () => undefined;
    });
    await page.bringToFront();
    await signOut(page).click();
    await expect(dialogOf(page).getByText("Another tab does not answer. What is not sent there will be lost.")).toBeVisible();
    await expect(dialogOf(page).getByText("Everything is sent.")).toHaveCount(0);
    await dialogOf(page).getByRole("button", { name: "Sign out" }).click();
    await expect(signInLink(page)).toBeVisible();
    await expect(signInLink(tab)).toBeVisible();
  });

  test("what is downloaded before signing out is brought in again with its file", async ({ page, server }) => {
    await signInShared(page, server.url);
    const id = await startDraft(page);
    const name = claimName("The only copy");
    await fillRole(page, KINDS.use);
    await goOn(page, "details");
    await fillDetails(page, name);
    await page.getByLabel("Customer tenant ID").blur();
    await page.evaluate((path) => {
      history.pushState({}, "", path);
      dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    }, `/drafts/${id}/proof`);
    await page.getByLabel("Choose files").setInputFiles({ name: "the-only-copy.pdf", mimeType: "application/pdf", buffer: pdf() });
    await expect(page.getByRole("list", { name: "Files" }).getByText("the-only-copy.pdf", { exact: true })).toBeVisible();
    await expectSaved(page);
    await signOut(page).click();
    const arrives = page.waitForEvent("download");
    await dialogOf(page).getByRole("button", { name: "Download" }).click();
    const download = await arrives;
    const buffer = await readFile(await download.path());
    await dialogOf(page).getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(signInLink(page)).toBeVisible();
    await signIn(page, server.url);
    await page.goto(`${server.url}/backup`);
    const bringing = page.getByRole("region", { name: "Bring in", exact: true });
    await bringing.getByLabel("Choose a file").setInputFiles({ name: download.suggestedFilename(), mimeType: "application/zip", buffer });
    await expect(bringing.getByRole("checkbox", { name: new RegExp(name) })).toBeChecked();
    await bringing.getByRole("button", { name: /^Bring in/ }).click();
    await bringing.getByRole("link", { name }).click();
    await page.goto(`${server.url}/drafts/${id}/proof`);
    await expect(page.getByRole("list", { name: "Files" }).getByText("the-only-copy.pdf", { exact: true })).toBeVisible();
  });

  test("while the server is slow nothing reaches the disk", async ({ page, server }) => {
    await signInShared(page, server.url);
    await startDraft(page);
    await fillRole(page, KINDS.use);
    await goOn(page, "details");
    await expectSaved(page);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = async (route: Route) => {
      if (route.request().method() === "DELETE") await held;
      await route.continue().catch(() => undefined);
    };
    await page.route("**/v1/session", slow);
    await signOut(page).click();
    await dialogOf(page).getByRole("button", { name: "Sign out" }).click();
    await expect(page.locator("body")).toHaveAttribute("inert", "");
    // Words of an input that was focused before are not taken, and not stored.
    await page.keyboard.type("Typed while signing out");
    const keys = await page.evaluate(() => Object.keys(localStorage));
    // Of the browser and its server, and of nobody.
    const ofNobody = ["cpor.mirror-count", "cpor.settings.had-backend"];
    expect(keys.filter((key) => !ofNobody.includes(key))).toEqual(["cpor.settings.left"]);
    // The page does not wait for ever.
    await expect(page.locator("body[inert]")).toHaveCount(0);
    release();
    await expect(signInLink(page)).toBeVisible();
    await expect.poll(async () => (await page.request.get(`${server.url}/v1/session`)).status()).toBe(204);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain("Typed while");
  });
});

test.describe("on an ordinary computer", () => {
  test("another tab leaves the account as well, and keeps its draft", async ({ page, context, server }) => {
    await signIn(page, server.url);
    const { tab, asked } = await secondTab(context, server.url);
    const name = claimName("Written in tab two");
    const id = await startDraft(tab);
    await fillRole(tab, KINDS.use);
    await goOn(tab, "details");
    await tab.getByLabel("Claim name").fill(name);
    await page.bringToFront();
    const { account } = (await (await page.request.get(`${server.url}/v1/session`)).json()) as { account: { id: string } };
    const ends = page.waitForRequest((request) => request.method() === "DELETE");
    await signOut(page).click();
    // It names the account: under another one the server ends nothing.
    expect((await ends).headers()["x-cpor-account"]).toBe(account.id);
    await expect(signInLink(page)).toBeVisible();
    await expect(signInLink(tab)).toBeVisible();
    expect(asked).toEqual([]);
    // The tab may be loading its page anew just then.
    await expect(async () => {
      expect(await tab.evaluate((draft) => localStorage.getItem(`cpor.draft.${draft}`), id)).toContain(name);
    }).toPass();
    await signIn(page, server.url);
    await page.goto(`${server.url}/drafts/${id}/details`);
    await expect(page.getByLabel("Claim name")).toHaveValue(name);
  });

  test("a tab of the account before shows who is signed in now, and ends nothing", async ({ page, context, server }) => {
    await signIn(page, server.url);
    const { tab } = await secondTab(context, server.url);
    await expect(tab.getByText(/Fabrikam Partners/).first()).toBeVisible();
    await signIn(page, server.url, OTHER_ADMIN);
    await expect(tab.getByRole("banner").getByText(/Northwind Consulting/)).toBeVisible();
    await expect(tab.getByText(/Fabrikam Partners/)).toHaveCount(0);
    expect((await page.request.get(`${server.url}/v1/session`)).status()).toBe(200);
  });
});

test("characters that nobody sees are left out of what is typed and chosen", async ({ page, server }) => {
  await signIn(page, server.url);
  const id = await startDraft(page, server.url);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await page.getByLabel("Claim name").fill("Contoso\u202e\u0007 Q2");
  await expectSaved(page);
  await page.goto(`${server.url}/drafts/${id}/proof`);
  await page.getByLabel("Choose files").setInputFiles({ name: "x\u202efdp.pdf", mimeType: "application/pdf", buffer: pdf() });
  await expect(page.getByRole("list", { name: "Files" }).getByText("xfdp.pdf", { exact: true })).toBeVisible();
  await expectSaved(page);
  const stored = await page.evaluate((draft) => localStorage.getItem(`cpor.draft.${draft}`), id);
  expect(stored).toContain("Contoso Q2");
  expect(stored).toContain("xfdp.pdf");
  expect(stored).not.toMatch(/[\u202e\u0007]|\\u202e|\\u0007/);
});
