// The list of claims and the page of one claim, on the demonstration's data.
import type { Page } from "@playwright/test";
import { OTHER_ADMIN, signIn } from "./support/claim";
import { Server } from "./support/server";
import { expect, test as base } from "./support/test";

// The list is counted here, so nobody else may file or decide claims on it.
const test = base.extend<object, { server: Server }>({
  server: [async ({}, use) => {
    const server = await Server.reference();
    await use(server);
    await server.remove();
  }, { scope: "worker" }],
});

const rows = (page: Page) => page.getByRole("table", { name: "Customer claims" }).locator("tbody tr");

test.beforeEach(async ({ page, server }) => {
  await signIn(page, server.url);
  await expect(rows(page).first()).toBeVisible();
});

test("tabs, search and filters narrow the list and stand in the URL", async ({ page }) => {
  const tabs = page.getByRole("navigation", { name: "Solution area" });
  const all = await rows(page).count();
  expect(all).toBeGreaterThan(20);
  await tabs.getByRole("link", { name: "Business Applications" }).click();
  await expect(page).toHaveURL(/area=business-applications/);
  await expect.poll(() => rows(page).count()).toBeLessThan(all);
  await expect(rows(page).filter({ hasText: "Use or consume" })).toHaveCount(0);
  await tabs.getByRole("link", { name: "All", exact: true }).click();
  await expect(rows(page)).toHaveCount(all);

  await page.getByRole("searchbox", { name: "Search claims" }).fill("contoso teams");
  await expect(page).toHaveURL(/q=contoso/);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("Contoso Teams Phone rollout");
  await page.reload();
  await expect(page.getByRole("searchbox", { name: "Search claims" })).toHaveValue("contoso teams");
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByText(`1 of ${all} claims`).first()).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(rows(page)).toHaveCount(all);

  await page.getByLabel("Status", { exact: true }).selectOption("Approved");
  await expect(page).toHaveURL(/status=approved/);
  for (const row of await rows(page).all()) await expect(row).toContainText("Approved");
  await page.getByRole("searchbox", { name: "Search claims" }).fill("nothing is named like this");
  await expect(page.getByRole("heading", { name: "No claim matches" })).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await page.getByLabel("Partner role", { exact: true }).selectOption("Use or consume");
  await expect(page).toHaveURL(/role=use-or-consume/);
  for (const row of await rows(page).all()) await expect(row).toContainText("Use or consume");
});

test("a column sorts both ways, and says so", async ({ page }) => {
  const header = page.getByRole("columnheader", { name: "Claim", exact: true });
  const names = () => rows(page).getByRole("rowheader").getByRole("link").allTextContents();
  await expect(page.getByRole("columnheader", { name: "Deadline" })).toHaveAttribute("aria-sort", "ascending");
  await header.getByRole("button").click();
  await expect(header).toHaveAttribute("aria-sort", "ascending");
  await expect(page).toHaveURL(/sort=name/);
  const up = (await names()).map((name) => name.toLowerCase());
  expect(up).toEqual([...up].sort());
  await header.getByRole("button").click();
  await expect(header).toHaveAttribute("aria-sort", "descending");
  await expect(page).toHaveURL(/order=desc/);
  await expect.poll(async () => (await names())[0]?.toLowerCase()).toBe(up.at(-1));
});

test("at 320 px the rows are cards and nothing scrolls sideways", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const widths = () => page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  await expect.poll(async () => { const [content = 0, view = 0] = await widths(); return content - view; }).toBeLessThanOrEqual(0);
  const cells = rows(page).first().locator("td, th");
  const boxes = await Promise.all((await cells.all()).map((cell) => cell.boundingBox()));
  const tops = boxes.flatMap((box) => (box ? [box.y] : []));
  // One beneath the other, in the order in which they are read.
  expect(new Set(tops).size).toBe(boxes.length);
  expect(tops).toEqual([...tops].sort((a, b) => a - b));
});

test("a claim's page shows where it stands, what happened and why not", async ({ page }) => {
  await page.getByRole("searchbox", { name: "Search claims" }).fill("Contoso Exchange and SharePoint FY27");
  await page.getByRole("link", { name: "Contoso Exchange and SharePoint FY27" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Contoso Exchange and SharePoint FY27" })).toBeFocused();
  await expect(page.getByRole("heading", { name: "Where the claim stands" })).toBeVisible();
  await expect(page.locator("[aria-current=step]")).toContainText("Submitted");
  await expect(page.getByText("Microsoft's reviewers act next.")).toBeVisible();
  await expect(page.getByText("Created the claim")).toBeVisible();
  await expect(page.getByText("Draft → Submitted")).toBeVisible();
  await expect(page.getByText(/^Editing: a claim cannot be edited once/)).toBeVisible();
  await expect(page.getByText(/^Deleting: a claim that was submitted/)).toBeVisible();
});

test.describe("another organisation", () => {
  test.use({ expectedErrors: [/status of 404/] });

  test("its claim is no such claim", async ({ page, browser, server }) => {
    await page.getByRole("link", { name: "Contoso Teams Phone rollout" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Contoso Teams Phone rollout" })).toBeVisible();
    const url = page.url();
    const other = await browser.newContext();
    try {
      const stranger = await other.newPage();
      await signIn(stranger, server.url, OTHER_ADMIN);
      await stranger.goto(url);
      await expect(stranger.getByRole("heading", { level: 1, name: "No such claim" })).toBeVisible();
      const id = url.split("/").at(-1);
      expect((await other.request.get(`${server.url}/v1/claims/${id}`)).status()).toBe(404);
    } finally {
      await other.close();
    }
  });
});
