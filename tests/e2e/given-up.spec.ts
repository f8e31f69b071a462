// What was sent and given up before it went, and what is written after it was sent:
// the form says what is sent next, and nothing of it is lost.
import { type Page, expect } from "@playwright/test";
import {
  KINDS, acknowledge, addCustomer, addProof, claimName, claimOnServer, draftId, fillToReview, goOn, signIn, startDraft, submitButton,
} from "./support/claim";
import { expectSaved } from "./support/pages";
import { test } from "./support/test";

test.use({ expectedErrors: [/ERR_FAILED|Failed to load/] });

const NAME = "Claim name";
const WRITES = /\/v1\/claims\/[^/]+(\/submit)?$/;

/** A claim on the server with proof and acknowledgements, not submitted yet. */
async function ready(page: Page, url: string, name: string): Promise<string> {
  await signIn(page, url);
  await startDraft(page);
  await fillToReview(page, KINDS.use, name);
  await addCustomer(page);
  await addProof(page);
  await goOn(page, "submit");
  await acknowledge(page);
  await page.getByRole("button", { name: "Save and finish later" }).click();
  const id = draftId(page);
  await expect.poll(async () => {
    const claim = await claimOnServer(page.request, url, id) as { draft: { poe_files: unknown[] } } | undefined;
    return claim?.draft.poe_files.length;
  }).toBe(1);
  await expect(page.getByText("Everything is sent")).toBeVisible();
  return id;
}

/** Lets no change arrive. */
async function cutOff(page: Page): Promise<void> {
  await page.route(WRITES, (route) => (route.request().method() === "GET" ? route.continue() : route.abort()));
}

async function connect(page: Page): Promise<void> {
  await page.unroute(WRITES);
}

async function rename(page: Page, url: string, id: string, name: string): Promise<void> {
  await page.goto(`${url}/drafts/${id}/details`);
  await page.getByLabel(NAME).fill(name);
  await expectSaved(page);
}

async function submit(page: Page, url: string, id: string): Promise<void> {
  await page.goto(`${url}/drafts/${id}/submit`);
  await submitButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: /^Claim (submitted|is ready|ready)/ })).toBeVisible();
}

function discards(page: Page) {
  return page.getByRole("main").getByRole("button", { name: "Discard" });
}

async function discard(page: Page, place: "first" | "last"): Promise<void> {
  const before = await discards(page).count();
  await discards(page)[place]().click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await expect.poll(() => discards(page).count()).toBeLessThan(before);
}

test("what the form shows is submitted, after the change was once given up", async ({ page, server }) => {
  const id = await ready(page, server.url, claimName("Contoso old"));
  await cutOff(page);
  const name = claimName("Contoso new");
  await rename(page, server.url, id, name);
  await submit(page, server.url, id);
  await page.goto(`${server.url}/outbox`);
  await expect(discards(page)).toHaveCount(2);
  await discard(page, "last");
  await discard(page, "last");
  await connect(page);
  await page.goto(`${server.url}/drafts/${id}/details`);
  await expect(page.getByLabel(NAME)).toHaveValue(name);
  await submit(page, server.url, id);
  await expect.poll(async () => (await claimOnServer(page.request, server.url, id))?.status).toBe("submitted");
  expect((await claimOnServer(page.request, server.url, id))?.draft.claim_name).toBe(name);
});

test("a change that is given up takes the submission behind it along, and says so", async ({ page, server }) => {
  const id = await ready(page, server.url, claimName("Contoso old"));
  await cutOff(page);
  const name = claimName("Contoso new");
  await rename(page, server.url, id, name);
  await submit(page, server.url, id);
  await page.goto(`${server.url}/outbox`);
  await expect(discards(page)).toHaveCount(2);
  await discards(page).first().click();
  await expect(page.getByRole("dialog")).toContainText("The submission behind it is discarded as well");
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await expect(discards(page)).toHaveCount(0);
  await connect(page);
  await page.reload();
  await expect(page.getByText("Everything is sent")).toBeVisible();
  expect((await claimOnServer(page.request, server.url, id))?.status).toBe("draft");
  await page.goto(`${server.url}/drafts/${id}/details`);
  await expect(page.getByLabel(NAME)).toHaveValue(name);
});

test("what is written behind a submission that waits is not lost with it", async ({ page, server }) => {
  const old = claimName("Contoso as submitted");
  const id = await ready(page, server.url, old);
  await cutOff(page);
  await submit(page, server.url, id);
  await page.goto(`${server.url}/claims/${id}`);
  await expect(page.getByRole("heading", { level: 1, name: old })).toBeVisible();
  await expect(page.getByRole("button", { name: "Add proof and submit" })).toHaveCount(0);
  const late = claimName("Contoso written later");
  await rename(page, server.url, id, late);
  await connect(page);
  await page.goto(`${server.url}/claims`);
  await expect.poll(async () => (await claimOnServer(page.request, server.url, id))?.status, { timeout: 60_000 }).toBe("submitted");
  await expect(page.getByText("Everything is sent")).toBeVisible();
  await page.goto(`${server.url}/settings`);
  await expect(page.getByRole("main").getByText(`Another version of ${late}`, { exact: true })).toBeVisible();
});

test("a claim that only a backup has is made, and submitted, on another device", async ({ page, browser, server }) => {
  await signIn(page, server.url);
  await startDraft(page);
  const name = claimName("Contoso on a lost laptop");
  await fillToReview(page, KINDS.use, name);
  await cutOff(page);
  await addCustomer(page);
  await addProof(page);
  await goOn(page, "submit");
  await acknowledge(page);
  await submitButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: /^Claim/ })).toBeVisible();
  const id = draftId(page);
  await page.goto(`${server.url}/backup`);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as a file" }).click();
  const path = await (await download).path();

  const other = await (await browser.newContext()).newPage();
  await signIn(other, server.url);
  await other.goto(`${server.url}/backup`);
  await other.getByLabel("Choose a file").setInputFiles({
    name: "drafts.zip", mimeType: "application/zip", buffer: await (await import("node:fs/promises")).readFile(path),
  });
  await other.getByRole("button", { name: /Bring in/ }).click();
  await expect(other.getByRole("main").getByRole("link", { name })).toBeVisible();
  await other.goto(`${server.url}/drafts/${id}/submit`);
  await submitButton(other).click();
  await expect.poll(async () => (await claimOnServer(other.request, server.url, id))?.status, { timeout: 60_000 }).toBe("submitted");
  await other.context().close();
});
