// The built app starts, deep links work, it starts offline, and a failed start says so.
import { keptForOffline } from "./support/pages";
import { expect, test } from "./support/test";

test("starts under a strict policy and by a deep link, offline too", async ({ page, context, staticServer }) => {
  await page.goto(staticServer.url);
  await expect(page.locator("#shell")).toHaveCount(0);
  await keptForOffline(page);
  await page.reload();
  await context.setOffline(true);
  await page.goto(`${staticServer.url}/settings`);
  await expect(page.locator("#shell")).toHaveCount(0);
  await expect(page.locator("h1")).toBeVisible();
});

test("whoever is not signed in gets an answer, not an endless wait", async ({ page, server }) => {
  await page.goto(`${server.url}/claims`);
  await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "No claims yet" })).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await page.goto(`${server.url}/claims/no-such-claim`);
  await expect(page.getByRole("heading", { level: 1, name: "No such claim" })).toBeVisible();
});

test.describe("when the program does not arrive", () => {
  test.use({ expectedErrors: [/Failed to load|Failed to fetch|ERR_FAILED/] });

  test("a message says so and offers the drafts", async ({ page, staticServer }) => {
    await page.route("**/*_bg*.wasm", (route) => route.abort());
    await page.goto(staticServer.url);
    await expect(page.getByRole("heading", { name: "could not start" })).toBeVisible();
    await expect(page.getByRole("link", { name: /Rescue drafts/ })).toBeVisible();
  });
});
