// Answers that are not the backend's own, and a network that answers nothing.
import type { Page, Route } from "@playwright/test";
import { KINDS, addCustomer, claimName, draftId, fillToReview, signIn, startDraft } from "./support/claim";
import { expectSaved, keptForOffline } from "./support/pages";
import { expect, test } from "./support/test";

test.use({ expectedErrors: [/ERR_|status of (403|404|503)|Failed to load/] });

/** Somebody who is signed in, with a claim that waits to be sent. */
async function withWaiting(page: Page, url: string): Promise<{ id: string; name: string }> {
  await signIn(page, url);
  const name = claimName("Contoso behind a portal");
  await startDraft(page);
  await fillToReview(page, KINDS.use, name);
  await page.route("**/v1/claims/**", (route) => route.abort());
  await addCustomer(page);
  await expect(page.getByRole("link", { name: "1 change waiting to send" }).first()).toBeVisible();
  return { id: draftId(page), name };
}

const portal = (route: Route) =>
  route.fulfill({ status: 200, contentType: "text/html", body: "<!doctype html><title>Welcome to our network</title>" });

for (const { what, answer } of [
  { what: "404", answer: (route: Route) => route.fulfill({ status: 404, body: "not found" }) },
  { what: "403", answer: (route: Route) => route.fulfill({ status: 403, body: "forbidden" }) },
  { what: "the page of a portal", answer: portal },
]) {
  test(`${what} in place of the backend hides nothing that waits, and it is sent later`, async ({ page, server }) => {
    const { id } = await withWaiting(page, server.url);
    await page.route(/\/v1\/|config\.json/, answer);
    await page.goto(`${server.url}/outbox`);
    await expect(page.getByRole("list", { name: "Waiting" }).or(page.getByRole("main").getByRole("listitem")).first()).toBeVisible();
    await expect(page.getByText("This device only")).toHaveCount(0);
    await expect(page.getByText("Nothing waits")).toHaveCount(0);
    await page.goto(`${server.url}/drafts/${id}/proof`);
    await expectSaved(page);
    await page.unrouteAll({ behavior: "ignoreErrors" });
    // No reload: the app asks again by itself.
    await expect(page.getByText("Everything is sent")).toBeVisible({ timeout: 60_000 });
    expect((await page.request.get(`${server.url}/v1/claims/${id}`)).status()).toBe(200);
  });
}

test("the app opens where the network answers nothing", async ({ page, ownServer }) => {
  await signIn(page, ownServer.url);
  await keptForOffline(page);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Customer claims" })).toBeVisible();
  ownServer.hang();
  const begun = Date.now();
  await page.goto(`${ownServer.url}/claims`, { timeout: 60_000 });
  await expect(page.getByRole("heading", { level: 1, name: "Customer claims" })).toBeVisible();
  await expect(page.getByRole("row").nth(5)).toBeVisible();
  expect(Date.now() - begun).toBeLessThan(30_000);
  ownServer.goOn();
});
