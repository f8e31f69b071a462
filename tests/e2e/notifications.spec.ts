// What a partner is told while looking at the app, with the server's events and without.
import AxeBuilder from "@axe-core/playwright";
import { type APIRequestContext, type Page, type PlaywrightWorkerArgs } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { type Claim, claimOnServer, signIn } from "./support/claim";
import { losses } from "./support/losses";
import { open, submittedClaim } from "./support/pages";
import { expect, test } from "./support/test";

/** Longer than the app waits between two looks at the server by the clock. */
const BY_POLLING = { timeout: 45_000 };

test.use({ serviceWorkers: "block" });

/** A reviewer, known to the server by a session of its own. */
async function reviewer(playwright: PlaywrightWorkerArgs["playwright"], url: string): Promise<APIRequestContext> {
  const request = await playwright.request.newContext({ baseURL: url, extraHTTPHeaders: { "X-CPOR": "1" } });
  const data = { email: "reviewer@review.example", password: "claims-demo-2026" };
  expect((await request.post("/v1/session", { data })).ok()).toBe(true);
  return request;
}

/** The reviewer begins the review and asks for more. */
async function requestAction(request: APIRequestContext, url: string, id: string): Promise<void> {
  for (const action of ["start-review", "request-action"]) {
    const etag = (await request.get(`/v1/claims/${id}`)).headers().etag ?? "";
    const reply = await request.post(`/v1/claims/${id}/review`, {
      headers: { "If-Match": etag, "Idempotency-Key": randomUUID() },
      data: { action, reason: action === "start-review" ? "" : "The signature is missing." },
    });
    expect(reply.status(), await reply.text()).toBe(200);
  }
  expect(((await claimOnServer(request, url, id)) as Claim).status).toBe("partner-action-required");
}

async function unreadOnServer(page: Page, url: string): Promise<number> {
  const reply = await page.request.get(`${url}/v1/notifications?limit=1`);
  return ((await reply.json()) as { unread: number }).unread;
}

function bell(page: Page, unread: number) {
  const name = unread === 0 ? "Notifications" : `Notifications, ${unread} unread`;
  return page.getByRole("banner").getByRole("link", { name, exact: true });
}

test("a reviewer's request reaches the page that is open, and is said once", async ({ page, playwright, server }) => {
  await signIn(page, server.url);
  const id = await submittedClaim(page, server.url);
  const before = await unreadOnServer(page, server.url);
  const streams: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/v1/events")) streams.push(request.url());
  });
  await page.goto(`${server.url}/claims/${id}`);
  await expect(bell(page, before)).toBeVisible();
  // The page before may just have opened one as well.
  await expect.poll(() => streams.length).toBeGreaterThan(0);
  const main = page.getByRole("main");
  await expect(main.getByText("Submitted", { exact: true }).first()).toBeVisible();

  await requestAction(await reviewer(playwright, server.url), server.url, id);
  await expect(bell(page, before + 1)).toBeVisible();
  await expect(main.getByText("Partner action required", { exact: true }).first()).toBeVisible();
  await expect(page.locator("#live-polite")).toHaveText(`Notifications, ${before + 1} unread`);
});

test.describe("where events cannot be had", () => {
  test.use({ expectedErrors: [/ERR_FAILED/] });

  test("news arrive by polling", async ({ page, playwright, server }) => {
    let refused = 0;
    await page.route("**/v1/events", async (route) => {
      refused += 1;
      await route.abort();
    });
    await signIn(page, server.url);
    const id = await submittedClaim(page, server.url);
    const before = await unreadOnServer(page, server.url);
    await page.goto(`${server.url}/claims/${id}`);
    await expect(bell(page, before)).toBeVisible();
    await expect.poll(() => refused).toBeGreaterThan(0);

    await requestAction(await reviewer(playwright, server.url), server.url, id);
    await expect(bell(page, before + 1)).toBeVisible(BY_POLLING);
    await expect(page.getByRole("main").getByText("Partner action required", { exact: true }).first()).toBeVisible();
  });
});

test("notifications lead to their claims and are marked as read, one or all", async ({ page, playwright, server }) => {
  await signIn(page, server.url);
  const id = await submittedClaim(page, server.url);
  const name = ((await claimOnServer(page.request, server.url, id)) as Claim).draft.claim_name;
  await requestAction(await reviewer(playwright, server.url), server.url, id);
  const before = await unreadOnServer(page, server.url);
  await bell(page, before).click();
  await expect(page.getByRole("heading", { level: 1, name: "Notifications" })).toBeFocused();

  const line = page.getByRole("listitem")
    .filter({ hasText: name })
    .filter({ hasText: "The reviewers need more from you" })
    // The same may have been asked of the claim before; the newest stands first.
    .first();
  await expect(line.getByText("Not read")).toBeVisible();
  await line.getByRole("button", { name: new RegExp(`^Mark as read.*${name}$`) }).click();
  await expect(line.getByRole("link", { name })).toBeFocused();
  await expect(line.getByText("Not read")).toHaveCount(0);
  await expect(bell(page, before - 1)).toBeVisible();

  await page.getByRole("button", { name: "Mark all as read" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expect(bell(page, 0)).toBeVisible();
  expect(await unreadOnServer(page, server.url)).toBe(0);
  await page.reload();
  await expect(line).toBeVisible();
  await expect(page.getByText("Not read")).toHaveCount(0);

  await line.getByRole("link", { name }).click();
  await expect(page).toHaveURL(`${server.url}/claims/${id}`);
});

test("the page loses nothing when it is narrow, in any language and in the dark", async ({ page, playwright, server }) => {
  await signIn(page, server.url);
  const id = await submittedClaim(page, server.url);
  await requestAction(await reviewer(playwright, server.url), server.url, id);
  for (const language of ["en", "zh-Hant-TW"]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 320, height: 640 });
      await open(page, server.url, "/notifications", language);
      await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      expect(violations.map(({ id: rule, nodes }) => `${rule} at ${nodes[0]?.target.join(" ")}`)).toEqual([]);
      expect(await losses(page, `${language} ${colorScheme}`)).toEqual([]);
    }
  }
  await expect(page.getByRole("heading", { level: 1, name: "通知" })).toBeVisible();
  await expect(page.getByText("審查人員需要您補充資料", { exact: false }).first()).toBeVisible();
});
