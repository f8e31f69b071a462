// The session is about to end: one is told in time, stays where one is, and loses nothing.
import type { BrowserContext, Locator, Page } from "@playwright/test";
import { inAllColours, violations } from "./support/axe";
import { ADMIN, KINDS, claimName, fillRole, goOn, signIn, startDraft } from "./support/claim";
import { Actor } from "./support/life";
import { expectSaved, open } from "./support/pages";
import { openCase } from "./support/reviewing";
import { expect, test } from "./support/test";

const PASSWORD = "claims-demo-2026";

function warning(page: Page): Locator {
  return page.getByRole("alertdialog", { name: "You will soon be signed out" });
}

interface Session { expires_in_seconds: number; absolute_in_seconds: number }

/** Seconds that the server still gives; asking is no use of the session. */
async function left(page: Page, url: string): Promise<Session> {
  return (await (await page.request.get(`${url}/v1/session`)).json()) as Session;
}

/** Ends the session at the server: the cookie that is left opens nothing. */
async function end(context: BrowserContext): Promise<void> {
  const [cookie] = await context.cookies();
  if (!cookie) throw new Error("there is no session");
  await context.addCookies([{ ...cookie, value: "0".repeat(cookie.value.length) }]);
}

/** Writes the name of a claim, and leaves the focus there. */
async function write(page: Page, name: string): Promise<Locator> {
  await startDraft(page);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  const field = page.getByLabel("Claim name");
  await field.fill(name);
  await expectSaved(page);
  return field;
}

test.describe("after a while without use", () => {
  // Told fifteen seconds after the last deed, ten minutes before the end.
  test.use({ serverArgs: ["--session-idle", "600", "--session-warning", "585"], expectedErrors: [/status of 401/] });

  test("one key keeps the session, in every tab, and the focus comes back", async ({ page, context, ownServer }) => {
    await page.clock.install();
    await signIn(page, ownServer.url);
    const field = await write(page, claimName("Contoso idle"));
    const before = await field.inputValue();
    const other = await context.newPage();
    await open(other, ownServer.url, "/claims");
    await page.bringToFront();
    await field.press("End");

    await expect(warning(page)).toBeVisible({ timeout: 60_000 });
    await expect(warning(other)).toBeVisible();
    const stay = warning(page).getByRole("button", { name: "Stay signed in" });
    await expect(stay).toBeFocused();
    await expect(warning(page)).toHaveAccessibleDescription(/you will be signed out within 10 minutes/);
    expect((await left(page, ownServer.url)).expires_in_seconds).toBeLessThan(587);
    expect(await inAllColours(page, "warning")).toEqual([]);

    // Said once a minute, politely, and not every second.
    const text = page.locator("#ending-text");
    await expect(text).toHaveAttribute("aria-live", "polite");
    await text.evaluate((element) => {
      const changes: string[] = [];
      Object.assign(window, { changes });
      new MutationObserver(() => changes.push(element.textContent ?? "")).observe(element, { childList: true, characterData: true, subtree: true });
    });
    await page.clock.fastForward("01:00");
    await expect(text).toContainText("within 9 minutes");
    // Less than two minutes in all: a clock that is further off is spoken of as well.
    await page.clock.fastForward("00:50");
    await expect(text).toContainText("within 8 minutes");
    const said = await page.evaluate(() => (window as unknown as { changes: string[] }).changes);
    expect(new Set(said).size).toBe(2);

    await page.keyboard.press("Enter");
    await expect(warning(page)).toHaveCount(0);
    await expect(warning(other)).toHaveCount(0);
    await expect(field).toBeFocused();
    await expect(field).toHaveValue(before);
    await expect(page.locator("#live-polite")).toContainText("You stay signed in.");
    expect((await left(page, ownServer.url)).expires_in_seconds).toBeGreaterThan(587);
  });

  test("who goes on writing is not asked, and a tab that lies open is no use", async ({ page, context, ownServer }) => {
    await signIn(page, ownServer.url);
    const field = await write(page, claimName("Contoso busy"));
    const other = await context.newPage();
    await open(other, ownServer.url, "/claims");
    await page.bringToFront();
    // A word every second, for longer than the other tab is told to wait.
    const [from, warned] = [Date.now(), { is: false }];
    void warning(other).waitFor({ timeout: 60_000 }).then(() => { warned.is = true; }, () => undefined);
    while (Date.now() - from < 20_000) {
      await field.pressSequentially("x", { delay: 900 });
    }
    expect(warned.is).toBe(false);
    await expect(warning(page)).toBeVisible({ timeout: 60_000 });
    await expect(warning(other)).toBeVisible();
    await other.keyboard.press("Escape");
    await expect(warning(page)).toHaveCount(0);
    await expect(field).toBeFocused();
  });

  test("when it has ended, one signs in on the spot and goes on in the same field", async ({ page, context, ownServer }) => {
    await page.clock.install();
    await signIn(page, ownServer.url);
    const name = claimName("Contoso over");
    const field = await write(page, name);
    await expect(warning(page)).toBeVisible({ timeout: 60_000 });
    await end(context);
    await page.clock.fastForward("10:00");
    const over = page.getByRole("alertdialog", { name: "You are signed out" });
    await expect(over).toBeVisible();
    await expect(over).toHaveAccessibleDescription("You can go on writing. It is sent when you sign in again.");
    await over.getByLabel("Password").fill("not the password");
    await page.keyboard.press("Enter");
    await expect(over.getByText(/^Error: /)).toBeVisible();
    expect(await violations(page, "over")).toEqual([]);
    await over.getByRole("button", { name: ADMIN }).click();
    await expect(over).toHaveCount(0);
    await expect(field).toBeFocused();
    await expect(field).toHaveValue(name);
    await expect(page).toHaveURL(/\/details/);
    await expect(page.getByRole("link", { name: "Sign in again" })).toHaveCount(0);
    expect((await left(page, ownServer.url)).expires_in_seconds).toBeGreaterThan(500);
  });

  test("one may go on without signing in, and is not asked again", async ({ page, context, ownServer }) => {
    await page.clock.install();
    await signIn(page, ownServer.url);
    const field = await write(page, claimName("Contoso without"));
    await expect(warning(page)).toBeVisible({ timeout: 60_000 });
    await end(context);
    await page.clock.fastForward("10:00");
    await page.getByRole("button", { name: "Go on without signing in" }).click();
    await expect(page.getByRole("alertdialog")).toHaveCount(0);
    await expect(field).toBeFocused();
    await field.fill("Contoso goes on");
    await expectSaved(page);
    await expect(page.getByRole("banner").getByRole("link", { name: "Sign in again" })).toBeVisible();
  });

  test("it fits a phone, in Chinese and in the dark", async ({ page, ownServer }) => {
    await signIn(page, ownServer.url);
    await page.setViewportSize({ width: 320, height: 640 });
    await page.emulateMedia({ colorScheme: "dark" });
    await open(page, ownServer.url, "/claims", "zh-Hant-TW");
    const dialog = page.getByRole("alertdialog", { name: "您即將被登出" });
    await expect(dialog).toBeVisible({ timeout: 60_000 });
    await expect(dialog).toHaveAccessibleDescription(/您將在 10 分鐘內被登出/);
    expect(await violations(page, "Chinese")).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.screenshot({ path: test.info().outputPath("idle.png") });
    await dialog.getByRole("button", { name: "保持登入" }).click();
    await expect(dialog).toHaveCount(0);
  });
});

test.describe("after the longest time", () => {
  // Told fifteen seconds after the sign-in; use does not help.
  test.use({ serverArgs: ["--session-idle", "700", "--session-limit", "610", "--session-warning", "595"] });

  test("a reviewer signs in again without leaving the page", async ({ page, ownServer, playwright }) => {
    const context = await playwright.request.newContext();
    await context.post(`${ownServer.url}/v1/session`, {
      headers: { "X-CPOR": "1" }, data: { email: "admin@fabrikam.example", password: PASSWORD },
    });
    const name = claimName("Contoso reviewed late");
    const id = await Actor.of(context, ownServer.url).submitted(name, { workloads: ["teams-phone"] });
    await page.goto(`${ownServer.url}/sign-in`);
    await page.getByRole("button", { name: "Reviewer", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Claims to review" })).toBeVisible();
    await openCase(page, ownServer.url, { id, name });
    await page.getByRole("radio", { name: "Reject", exact: true }).check();
    const comment = page.getByLabel("Comment for the partner");
    await comment.fill("Page 2 lacks a date");

    await expect(warning(page)).toBeVisible({ timeout: 60_000 });
    await expect(warning(page)).toHaveAccessibleDescription(/^You signed in long ago/);
    // A key that was meant for the page presses nothing here.
    await expect(warning(page)).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(warning(page)).toBeVisible();
    expect(await inAllColours(page, "reviewer")).toEqual([]);
    await page.screenshot({ path: test.info().outputPath("absolute.png") });
    const before = (await left(page, ownServer.url)).absolute_in_seconds;
    await warning(page).getByLabel("Password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await expect(warning(page)).toHaveCount(0);
    await expect(comment).toBeFocused();
    await expect(comment).toHaveValue("Page 2 lacks a date");
    expect((await left(page, ownServer.url)).absolute_in_seconds).toBeGreaterThan(before);
    await context.dispose();
  });

  test("one may let it come", async ({ page, ownServer }) => {
    await signIn(page, ownServer.url);
    await expect(warning(page)).toBeVisible({ timeout: 60_000 });
    await page.setViewportSize({ width: 320, height: 640 });
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await violations(page, "narrow")).toEqual([]);
    await page.screenshot({ path: test.info().outputPath("narrow.png") });
    await page.getByRole("button", { name: "Not now" }).click();
    await expect(warning(page)).toHaveCount(0);
    await page.reload();
    await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  });
});
