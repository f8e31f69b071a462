// Drafts as a file: saved on one device, brought in on another, locked or not.
import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContext, type Page, expect } from "@playwright/test";
import { readFile, writeFile } from "node:fs/promises";
import {
  KINDS, acknowledge, addCustomer, addProof, claimName, expectSubmittedOnce, fillToReview, goOn, pdf, signIn,
  startDraft, submitButton,
} from "./support/claim";
import { expectSaved, open } from "./support/pages";
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
    await context.setOffline(true);
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
