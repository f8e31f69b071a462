// Colleagues on one browser: what one writes is nobody else's.
import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { ADMIN, KINDS, addCustomer, addProof, claimName, fillDetails, fillRole, fillToReview, goOn, signIn, startDraft } from "./support/claim";
import { expectSaved, open } from "./support/pages";
import { expect, test } from "./support/test";

const COLLEAGUE = "Incentives user, Fabrikam Partners";

async function signOut(page: Page): Promise<void> {
  await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
}

/** What the page of drafts as a file offers to save. */
async function exported(page: Page, url: string): Promise<string> {
  await open(page, url, "/settings");
  const [download] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("button", { name: "Download all drafts" }).click(),
  ]);
  return readFile(await download.path(), "utf8");
}

test("a colleague on the same browser is shown nothing that one has written", async ({ page, server }) => {
  await signIn(page, server.url);
  const id = await startDraft(page);
  const name = claimName("Contoso of the first");
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await fillDetails(page, name);
  await expectSaved(page);
  // With the draft still on the screen.
  await signOut(page);
  await expect(page.getByLabel("Claim name")).toHaveCount(0);
  await expect(page.getByText(name)).toHaveCount(0);

  for (const account of [COLLEAGUE, undefined]) {
    if (account) await signIn(page, server.url, account);
    else await signOut(page);
    await open(page, server.url, "/claims");
    await expect(page.getByText(name)).toHaveCount(0);
    await open(page, server.url, `/drafts/${id}/details`);
    await expect(page.getByLabel("Claim name")).toHaveCount(0);
    expect(await exported(page, server.url)).not.toContain(name);
    await open(page, server.url, "/backup");
    await expect(page.getByText(name)).toHaveCount(0);
    await page.goto(`${server.url}/rescue.html`);
    await expect(page.getByText(/1 of accounts that are not signed in here are not listed/)).toBeVisible();
    await expect(page.getByRole("button", { name: `cpor.draft.${id}` })).toHaveCount(0);
    if (account) await open(page, server.url, "/claims");
  }
  // Whoever wrote it finds it again.
  await signIn(page, server.url, ADMIN);
  await open(page, server.url, `/drafts/${id}/details`);
  await expect(page.getByLabel("Claim name")).toHaveValue(name);
  expect(await exported(page, server.url)).toContain(name);
});

test("what is written while nobody is signed in belongs to the account that saves it first", async ({ page, server }) => {
  const id = await startDraft(page, server.url);
  const name = claimName("Contoso before signing in");
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await fillDetails(page, name);
  await expectSaved(page);
  // Until then it is the device's, and anybody's who uses it.
  await signIn(page, server.url, COLLEAGUE);
  await expect(page.getByText(name)).toBeVisible();
  await signOut(page);
  await signIn(page, server.url, ADMIN);
  await open(page, server.url, `/drafts/${id}/details`);
  await page.getByLabel("Claim name").fill(`${name} and after`);
  await expectSaved(page);
  await signOut(page);
  await signIn(page, server.url, COLLEAGUE);
  await open(page, server.url, `/drafts/${id}/details`);
  await expect(page.getByLabel("Claim name")).toHaveCount(0);
  await open(page, server.url, "/claims");
  await expect(page.getByText(name)).toHaveCount(0);
});

test("drafts from before they named an account go to the first one that signs in", async ({ page, server }) => {
  await signIn(page, server.url);
  const id = await startDraft(page);
  const name = claimName("Contoso of form 1");
  await fillToReview(page, KINDS.use, name);
  await addCustomer(page);
  await expect(page.getByText("Everything is sent")).toBeVisible();
  await page.getByLabel("Choose files").waitFor();
  await addProof(page);
  await expectSaved(page);
  await signOut(page);
  // As the version before wrote it.
  await page.goto(`${server.url}/rescue.html`);
  await page.evaluate((key) => {
    const record = JSON.parse(localStorage.getItem(key) ?? "") as { schema: number; rev: number; crc32: number; body: string };
    const { account, ...body } = JSON.parse(record.body) as Record<string, unknown>;
    if (typeof account !== "string" || account === "") throw new Error("the draft names no account");
    const text = JSON.stringify(body);
    let crc = ~0;
    for (const byte of new TextEncoder().encode(text)) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
    }
    localStorage.setItem(key, JSON.stringify({ ...record, schema: 1, rev: record.rev + 1, crc32: ~crc >>> 0, body: text }));
  }, `cpor.draft.${id}`);
  await signIn(page, server.url, ADMIN);
  await open(page, server.url, `/drafts/${id}/proof`);
  await expect(page.getByRole("list", { name: "Files" }).getByText("statement-of-work.pdf", { exact: true })).toBeVisible();
  await signOut(page);
  await signIn(page, server.url, COLLEAGUE);
  // The claim is the organisation's; what was written since is not.
  await open(page, server.url, `/claims/${id}`);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByText("statement-of-work.pdf")).toHaveCount(0);
});

test.describe("with a server in trouble", () => {
  test.use({ expectedErrors: [/status of 503/] });

  test("the ways to sign in come when the server has said them", async ({ page, server }) => {
    let asked = 0;
    await page.route("**/v1/backend", (route) => {
      asked += 1;
      return asked < 3 ? route.fulfill({ status: 503 }) : route.fallback();
    });
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole("button", { name: ADMIN, exact: true }).click();
    await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
    expect(asked).toBe(3);
  });
});
