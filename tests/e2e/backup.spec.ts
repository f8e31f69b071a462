// Drafts as a file: saved on one device, brought in on another, locked or not.
import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContext, type Page, expect } from "@playwright/test";
import { readFile, writeFile } from "node:fs/promises";
import {
  KINDS, acknowledge, addCustomer, addProof, claimName, expectSubmittedOnce, fillToReview, goOn, pdf, signIn,
  startDraft, submitButton,
} from "./support/claim";
import { Keys } from "./support/keys";
import { Actor } from "./support/life";
import { expectSaved, goOffline, open } from "./support/pages";
import { openCase } from "./support/reviewing";
import { test } from "./support/test";

const PASSPHRASE = "correct horse battery staple";

/** A draft with one file that no server has seen; its id. */
async function draftWithFile(page: Page, url: string, name: string): Promise<string> {
  const id = await startDraft(page, url);
  await fillToReview(page, KINDS.use, name);
  await open(page, url, `/drafts/${id}/proof`);
  await page.getByLabel("Choose files").setInputFiles({ name: "signed.pdf", mimeType: "application/pdf", buffer: pdf() });
  await expect(page.getByRole("list", { name: "Files" }).getByText("signed.pdf", { exact: true })).toBeVisible();
  await expectSaved(page);
  return id;
}

function saving(page: Page) {
  return page.getByRole("region", { name: "Save", exact: true });
}

function bringing(page: Page) {
  return page.getByRole("region", { name: "Bring in", exact: true });
}

/** Saves and answers where the file is. */
async function save(page: Page, passphrase?: string): Promise<{ path: string; name: string }> {
  if (passphrase) {
    await saving(page).getByRole("checkbox", { name: "Protect with a passphrase" }).check();
    await saving(page).getByLabel("Passphrase", { exact: true }).fill(passphrase);
    await saving(page).getByLabel("Repeat the passphrase").fill(passphrase);
  }
  const arrives = page.waitForEvent("download");
  await saving(page).getByRole("button", { name: "Save as a file" }).click();
  const download = await arrives;
  await expect(saving(page).getByText(`${download.suggestedFilename()} is saved.`)).toBeVisible();
  return { path: await download.path(), name: download.suggestedFilename() };
}

async function choose(page: Page, path: string, name: string): Promise<void> {
  const buffer = await readFile(path);
  await bringing(page).getByLabel("Choose a file").setInputFiles({ name, mimeType: "application/octet-stream", buffer });
}

/** Another device: nothing of the first is there. */
async function device(browser: Browser): Promise<BrowserContext> {
  return browser.newContext();
}

test("a draft goes to another device with its file, and is submitted from there", async ({ page, browser, server }) => {
  const name = claimName("Contoso by file");
  const id = await draftWithFile(page, server.url, name);
  await page.getByRole("link", { name: "Save this draft as a file" }).click();
  await expect(page.getByLabel("What to save")).toHaveValue(id);
  const file = await save(page);
  expect(file.name).toMatch(/^cpor-drafts-Contoso-by-file-\d+-\d{4}-\d\d-\d\d\.zip$/);
  await expect(saving(page).getByText("Drafts: 1. Files: 1.")).toBeVisible();

  const other = await device(browser);
  const there = await other.newPage();
  await open(there, server.url, "/claims");
  await there.getByRole("link", { name: "Save or bring in drafts as a file" }).click();
  await choose(there, file.path, file.name);
  await expect(bringing(there).getByRole("checkbox", { name })).toBeChecked();
  await expect(bringing(there).getByText("Not here yet.")).toBeVisible();
  await there.screenshot({ path: test.info().outputPath("found.png"), fullPage: true });
  await bringing(there).getByRole("button", { name: "Bring in what is ticked" }).click();
  await expect(bringing(there).getByText("The drafts are here:")).toBeVisible();
  await expect(bringing(there).getByRole("link", { name })).toBeVisible();

  // The file chosen again is the same as what is here.
  await choose(there, file.path, file.name);
  await expect(bringing(there).getByText("Here already, and the same.")).toBeVisible();
  await expect(bringing(there).getByText("Everything in it is here already.")).toBeVisible();

  await signIn(there, server.url);
  await open(there, server.url, `/drafts/${id}/review`);
  await addCustomer(there);
  await expect(there.getByRole("list", { name: "Files" }).getByText("signed.pdf", { exact: true })).toBeVisible();
  await goOn(there, "submit");
  await acknowledge(there);
  await submitButton(there).click();
  await expectSubmittedOnce(there, server.url, id, name);
  await other.close();
});

test("a locked file opens by its passphrase alone, and nothing here is overwritten", async ({ page, server }) => {
  const name = claimName("Contoso locked");
  const id = await draftWithFile(page, server.url, name);
  await open(page, server.url, "/backup");
  // Too short, then not the same: said at the field, and nothing is saved.
  await saving(page).getByRole("checkbox", { name: "Protect with a passphrase" }).check();
  await saving(page).getByLabel("Passphrase", { exact: true }).fill("short");
  await saving(page).getByRole("button", { name: "Save as a file" }).click();
  await expect(saving(page).getByLabel("Passphrase", { exact: true })).toBeFocused();
  await expect(saving(page).getByText("Enter a passphrase of at least 12 characters.")).toBeVisible();
  await saving(page).getByLabel("Passphrase", { exact: true }).fill(PASSPHRASE);
  await saving(page).getByLabel("Repeat the passphrase").fill(`${PASSPHRASE}s`);
  await saving(page).getByRole("button", { name: "Save as a file" }).click();
  await expect(saving(page).getByLabel("Repeat the passphrase")).toBeFocused();
  await expect(saving(page).getByText("The two passphrases differ. Enter the same one twice.")).toBeVisible();
  const file = await save(page, PASSPHRASE);
  expect(file.name).toMatch(/\.cpor$/);
  expect((await readFile(file.path)).includes(Buffer.from(name))).toBe(false);

  // What was typed since stays; the file becomes a copy.
  await open(page, server.url, `/drafts/${id}/details`);
  await page.getByLabel("Claim name").fill(`${name} and on`);
  await expectSaved(page);
  await open(page, server.url, "/backup");
  await choose(page, file.path, file.name);
  const field = bringing(page).getByLabel(`Passphrase of ${file.name}`);
  await expect(field).toBeFocused();
  await field.fill("not the passphrase");
  await page.keyboard.press("Enter");
  await expect(bringing(page).getByText(`This is not the passphrase of ${file.name}.`)).toBeVisible();
  await expect(field).toBeFocused();
  await field.fill(PASSPHRASE);
  await page.keyboard.press("Enter");
  await expect(bringing(page).getByRole("checkbox", { name, exact: true })).toBeChecked();
  await expect(bringing(page).getByText("Becomes a copy, so that nothing here is overwritten.")).toBeVisible();
  await bringing(page).getByRole("button", { name: "Bring in what is ticked" }).click();
  await expect(bringing(page).getByRole("link", { name: `${name} (copy)` })).toBeVisible();
  await page.reload();
  await open(page, server.url, "/claims");
  await expect(page.getByRole("link", { name: `${name} and on` })).toBeVisible();
  await expect(page.getByRole("link", { name: `${name} (copy)` })).toBeVisible();

  // Cut off in between.
  const damaged = test.info().outputPath("cut.cpor");
  await writeFile(damaged, (await readFile(file.path)).subarray(0, -9));
  await open(page, server.url, "/backup");
  await choose(page, damaged, "cut.cpor");
  await bringing(page).getByLabel("Passphrase of cut.cpor").fill(PASSPHRASE);
  await bringing(page).getByRole("button", { name: "Open", exact: true }).click();
  await expect(bringing(page).getByText("cut.cpor is damaged: it was cut off or changed.")).toBeVisible();
  await choose(page, test.info().file, "notes.zip");
  await expect(bringing(page).getByText("notes.zip is no file of drafts.")).toBeVisible();
});

test.describe("without a connection", () => {
  test.use({ expectedErrors: [/net::ERR_/] });

  test("everything is saved with what waits, and brought in again", async ({ page, context, browser, server }) => {
    const [waiting, written] = [claimName("Contoso waiting"), claimName("Contoso written")];
    await signIn(page, server.url);
    await startDraft(page);
    await goOffline(page);
    await fillToReview(page, KINDS.use, waiting);
    await addCustomer(page);
    await addProof(page);
    await goOn(page, "submit");
    await acknowledge(page);
    await submitButton(page).click();
    await expect(page.getByRole("heading", { level: 1, name: "Claim ready to send" })).toBeVisible();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Customer claims" }).click();
    await startDraft(page);
    await fillToReview(page, KINDS.preSales, written);
    await page.getByRole("link", { name: /waiting to send/ }).first().click();
    await page.getByRole("link", { name: "Save or bring in drafts as a file" }).click();
    await expect(page.getByLabel("What to save")).toHaveValue("");
    const file = await save(page);
    await context.setOffline(false);

    const other = await device(browser);
    const there = await other.newPage();
    await open(there, server.url, "/backup");
    await choose(there, file.path, file.name);
    await expect(bringing(there).getByRole("checkbox", { name: written })).toBeChecked();
    await expect(bringing(there).getByText(/^Changes that waited in the outbox when the file was made: \d/)).toBeVisible();
    await bringing(there).getByRole("button", { name: "Bring in what is ticked" }).click();
    await expect(bringing(there).getByRole("link", { name: written })).toBeVisible();
    await other.close();
  });
});

test.describe("one change that waits", () => {
  test.use({ expectedErrors: [/net::ERR_|status of 422/] });

  for (const state of ["waits for a connection", "was refused"] as const) {
    test(`is saved from the outbox by the keyboard when it ${state}`, async ({ page, context, browser, server }) => {
      const name = claimName("Contoso in the outbox");
      await signIn(page, server.url);
      const id = await startDraft(page);
      await fillToReview(page, KINDS.use, name);
      if (state === "was refused") {
        const problem = { type: "about:blank", title: "No", status: 422, code: "rules-broken", request_id: "1", violations: [] };
        await page.route(`**/v1/claims/${id}`, (route) => route.request().method() === "PUT"
          ? route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify(problem) })
          : route.continue());
      } else {
        await goOffline(page);
      }
      await addCustomer(page);
      const isOffline = state === "waits for a connection";
      if (isOffline) {
        await addProof(page, "signed.pdf");
        await goOn(page, "submit");
        await acknowledge(page);
        await submitButton(page).click();
        await expect(page.getByRole("heading", { level: 1, name: "Claim ready to send" })).toBeVisible();
      }
      await page.getByRole("link", { name: /waiting to send/ }).first().click();
      const row = page.getByRole("listitem").filter({ hasText: "Create the claim" });
      await expect(row.getByText(state === "was refused" ? /rules refuse it/ : /./).first()).toBeVisible();
      const keys = new Keys(page);
      await keys.pressOn(row.getByRole("link", { name: "Save as a file" }), "Enter");
      await expect(page.getByLabel("What to save").locator("option:checked")).toHaveText(`Create the claim – ${name}`);
      const arrives = page.waitForEvent("download");
      await keys.pressOn(saving(page).getByRole("button", { name: "Save as a file" }), "Enter");
      const download = await arrives;
      await expect(saving(page).getByText(/Drafts: 1\. Files: [01]\./)).toBeVisible();

      const other = await device(browser);
      const there = await other.newPage();
      await open(there, server.url, "/backup");
      await choose(there, await download.path(), download.suggestedFilename());
      await expect(bringing(there).getByRole("checkbox", { name })).toBeChecked();
      await expect(bringing(there).getByText(/^Changes that waited in the outbox when the file was made: 1\./)).toBeVisible();
      await bringing(there).getByRole("button", { name: "Bring in what is ticked" }).click();
      await bringing(there).getByRole("link", { name }).click();
      await expect(there.getByRole("heading", { level: 1 })).toContainText(name);
      await other.close();

      // The submission behind it comes with the file that it hands in.
      if (isOffline) {
        await page.getByRole("link", { name: /waiting to send/ }).first().click();
        const last = page.getByRole("listitem").filter({ hasText: "Submit the claim" });
        await last.getByRole("link", { name: "Save as a file" }).click();
        await saving(page).getByRole("button", { name: "Save as a file" }).click();
        await expect(saving(page).getByText("Drafts: 1. Files: 1.")).toBeVisible();
      }
      // Nothing was sent by it, and nothing is gone.
      expect((await page.request.get(`${server.url}/v1/claims/${id}`)).status()).toBe(404);
      await expect(page.getByRole("link", { name: /waiting to send/ }).first()).toBeVisible();
      await context.setOffline(false);
    });
  }
});

test("a reviewer's notes go along, and overwrite nothing", async ({ page, browser, server, playwright }) => {
  const request = await playwright.request.newContext();
  await request.post(`${server.url}/v1/session`, {
    headers: { "X-CPOR": "1" }, data: { email: "admin@fabrikam.example", password: "claims-demo-2026" },
  });
  const name = claimName("Contoso noted");
  const id = await Actor.of(request, server.url).submitted(name, { workloads: ["intune"] });
  const asReviewer = async (on: Page) => {
    await on.goto(`${server.url}/sign-in`);
    await on.getByRole("button", { name: "Reviewer", exact: true }).click();
    await expect(on.getByRole("heading", { level: 1, name: "Claims to review" })).toBeVisible();
  };
  await asReviewer(page);
  await openCase(page, server.url, { id, name });
  await page.getByRole("radio", { name: "Reject", exact: true }).check();
  await page.getByLabel("Comment for the partner").fill("Page 2 lacks a date");
  await open(page, server.url, "/backup");
  const file = await save(page);

  const other = await device(browser);
  const there = await other.newPage();
  // To nobody else.
  await signIn(there, server.url);
  await open(there, server.url, "/backup");
  await choose(there, file.path, file.name);
  await expect(bringing(there).getByText(/it belongs to another account: 1\./)).toBeVisible();
  await expect(bringing(there).getByRole("button", { name: "Bring in what is ticked" })).toHaveCount(0);

  await asReviewer(there);
  await open(there, server.url, "/backup");
  await choose(there, file.path, file.name);
  const beside = bringing(there).getByRole("checkbox", { name: "Bring in what was written beside drafts" });
  await expect(beside).toBeChecked();
  await expect(bringing(there).getByText(/^Notes of reviews: 1\. Reasons for ending an association: 0\./)).toBeVisible();
  await there.screenshot({ path: test.info().outputPath("beside.png"), fullPage: true });
  await bringing(there).getByRole("button", { name: "Bring in what is ticked" }).click();
  await expect(bringing(there).getByText(/Brought in beside the drafts\. Notes of reviews: 1\./)).toBeVisible();
  await openCase(there, server.url, { id, name });
  await expect(there.getByLabel("Comment for the partner")).toHaveValue("Page 2 lacks a date");
  await expect(there.getByRole("radio", { name: "Reject", exact: true })).toBeChecked();

  // What is here by now stays.
  await there.getByLabel("Comment for the partner").fill("Page 3 lacks a date");
  await open(there, server.url, "/backup");
  await choose(there, file.path, file.name);
  await expect(bringing(there).getByText(/^Not brought in, and only to be read in the file, since something else is here/)).toBeVisible();
  await openCase(there, server.url, { id, name });
  await expect(there.getByLabel("Comment for the partner")).toHaveValue("Page 3 lacks a date");
  await request.dispose();
  await other.close();
});

test("a reason that was typed and what was kept aside go along", async ({ page, browser, server }) => {
  await signIn(page, server.url);
  const reply = await page.request.get(`${server.url}/v1/changes`);
  const { changes } = (await reply.json()) as { changes: { upsert?: { claim: { id: string; status: string } } }[] };
  const id = changes.map(({ upsert }) => upsert?.claim).find((claim) => claim?.status === "approved")?.id;
  const reasonOn = async (on: Page) => {
    await open(on, server.url, `/claims/${id}`);
    await on.locator("summary", { hasText: "Disassociate customer" }).click();
    return on.getByRole("textbox", { name: "Reason" });
  };
  await (await reasonOn(page)).fill("The contract ended.");
  await page.evaluate(() => localStorage.setItem("cpor.draft.3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47", "{ not a draft"));
  await open(page, server.url, "/settings");
  await expect(page.getByText("It is damaged and could not be read.")).toBeVisible();
  await open(page, server.url, "/backup");
  const file = await save(page);

  const other = await device(browser);
  const there = await other.newPage();
  await signIn(there, server.url);
  // A reason is brought in to a claim that is here.
  await expect(there.getByRole("row").nth(5)).toBeVisible();
  await open(there, server.url, "/backup");
  await choose(there, file.path, file.name);
  await expect(bringing(there).getByText("Notes of reviews: 0. Reasons for ending an association: 1. Kept aside: 1.")).toBeVisible();
  await bringing(there).getByRole("button", { name: "Bring in what is ticked" }).click();
  await expect(bringing(there).getByText(/Brought in beside the drafts/)).toBeVisible();
  await choose(there, file.path, file.name);
  await expect(bringing(there).getByText("Everything in it is here already.")).toBeVisible();
  await expect(await reasonOn(there)).toHaveValue("The contract ended.");
  await open(there, server.url, "/settings");
  await expect(there.getByText("It is damaged and could not be read.")).toBeVisible();
  const [download] = await Promise.all([
    there.waitForEvent("download"), there.getByRole("button", { name: "Download: A draft" }).click(),
  ]);
  expect(await readFile(await download.path(), "utf8")).toBe("{ not a draft");
  await other.close();
});

for (const [language, scheme, width] of [["en", "light", 1280], ["zh-Hant-TW", "dark", 320]] as const) {
  test(`the page is accessible in ${language}, ${scheme}, ${width} pixels wide`, async ({ page, server }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 800 });
    await draftWithFile(page, server.url, claimName("Contoso looked at"));
    await open(page, server.url, "/backup", language);
    await page.locator("#backup-lock").check();
    await page.locator("#backup-passphrase").fill("short");
    await page.locator("#backup-passphrase").press("Enter");
    await expect(page.locator("#backup-passphrase-error")).not.toBeEmpty();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.screenshot({ path: test.info().outputPath("saving.png"), fullPage: true });
  });
}
