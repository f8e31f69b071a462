// Parts of the app that come when they are needed, and do not come: it is said,
// work goes on, and another try brings them.
import type { Page } from "@playwright/test";
import { ADMIN, KINDS, fillDetails, fillRole, goOn, signIn, startDraft } from "./support/claim";
import { expectSaved } from "./support/pages";
import { expect, test } from "./support/test";

const PARTS = "**/*.wasm";

// A service worker would have kept every part on the device.
test.use({ serviceWorkers: "block", expectedErrors: [/ERR_FAILED|Failed to fetch|failed to load/i] });

/** Lets no part through but the program itself; answers how many were asked for. */
async function keepPartsAway(page: Page): Promise<() => number> {
  let asked = 0;
  await page.route(PARTS, (route) => {
    if (/_bg[^/]*\.wasm$/.test(new URL(route.request().url()).pathname)) return route.continue();
    asked += 1;
    return route.abort();
  });
  return () => asked;
}

const missing = (page: Page) => page.getByText("This part of the app did not arrive").and(page.getByRole("main").locator("*"));
const again = (page: Page) => page.getByRole("main").getByRole("button", { name: "Try again" });

test("a step that does not arrive says so, and comes at another try", async ({ page, server }) => {
  await startDraft(page, server.url);
  await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
  await fillRole(page, KINDS.use);
  const asked = await keepPartsAway(page);
  await goOn(page, "details");
  await expect(missing(page)).toBeVisible();
  await expect(page.locator("#live-polite")).toContainText("This part of the app did not arrive");
  await expect(page.getByRole("heading", { level: 1, name: "Claim details" })).toBeFocused();
  await expect(page.getByRole("button", { name: "Reload the page" })).toBeVisible();

  const before = asked();
  await again(page).focus();
  await page.keyboard.press("Enter");
  await expect.poll(asked).toBeGreaterThan(before);
  await expect(missing(page)).toBeVisible();
  // The message stays as it is, and the focus where it was.
  await expect(again(page)).toBeFocused();
  await expect(again(page)).not.toHaveAttribute("aria-busy", "true");

  await page.unroute(PARTS);
  // A part consists of several files; one that was still being refused may fail
  // the next try as well, and the one after it brings them.
  await expect(async () => {
    if (await again(page).isVisible()) await page.keyboard.press("Enter");
    await expect(page.getByLabel("Claim name")).toBeVisible({ timeout: 3_000 });
  }).toPass();
  await expect(missing(page)).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1, name: "Claim details" })).toBeFocused();
  await fillDetails(page, "Contoso at the second try");
  await goOn(page, "workloads");
});

test("a page that does not arrive says so, and another page opens", async ({ page, server }) => {
  await signIn(page, server.url);
  await keepPartsAway(page);
  const rail = page.getByRole("navigation", { name: "Main" });
  await rail.getByRole("link", { name: "Outbox" }).click();
  await expect(missing(page)).toBeVisible();
  // In the same part as signing in, so it is there.
  await rail.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  await expect(missing(page)).toHaveCount(0);
  await page.unroute(PARTS);
  await rail.getByRole("link", { name: "Outbox" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Outbox" })).toBeVisible();
});

test("without the part for the server a draft is written, and it connects by itself later", async ({ page, server }) => {
  await keepPartsAway(page);
  const id = await startDraft(page, server.url);
  const banner = page.getByRole("banner");
  await expect(banner.getByText(/^Offline\. You can go on writing/)).toBeVisible();
  await fillRole(page, KINDS.use);
  await expectSaved(page);
  expect(await page.evaluate((key) => localStorage.getItem(key), `cpor.draft.${id}`)).toContain("use-or-consume");
  await page.unroute(PARTS);
  await expect(banner.getByRole("link", { name: "Sign in" })).toBeVisible({ timeout: 20_000 });
  await expect(banner.getByText(/^Offline\./)).toHaveCount(0);
  await banner.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("button", { name: ADMIN }).click();
  await expect(banner.getByText("Everything is sent")).toBeVisible();
});
