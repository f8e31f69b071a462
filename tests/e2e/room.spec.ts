// The room of the browser: asked for, shown, used up to the last byte, and made.
import type { Page } from "@playwright/test";
import { inAllColours } from "./support/axe";
import {
  KINDS, acknowledge, addCustomer, addProof, claimName, expectSubmittedOnce, fillDetails, fillRole, fillToReview, goOn, signIn,
  startDraft, submitButton,
} from "./support/claim";
import { losses } from "./support/losses";
import { expectSaved, open } from "./support/pages";
import { expect, test } from "./support/test";

/** Fills local storage until not one more unit fits. */
async function fillToTheLastByte(page: Page): Promise<void> {
  await page.evaluate(() => {
    let text = "x".repeat(1 << 22);
    for (let n = 0; text.length > 0;) {
      try {
        localStorage.setItem(`filler.${n}`, text);
        n += 1;
      } catch {
        text = text.slice(0, Math.floor(text.length / 2));
      }
    }
  });
}

test("a full storage keeps the text, says what is needed, and goes on when there is room", async ({ page, server }) => {
  await startDraft(page, server.url);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await fillDetails(page, "Contoso before");
  await expectSaved(page);
  await fillToTheLastByte(page);
  const longer = "Contoso that needs a little more than there is";
  await page.getByLabel("Claim name").fill(longer);
  const words = /^Not saved: the storage of this browser is full, and [\d.]+ kB are needed\./;
  await expect(page.locator(".ca-save")).toHaveText(words);
  await expect(page.getByRole("alert")).toContainText("Not saved");
  const [download] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("button", { name: "Download this draft" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^cpor-drafts-Contoso-that-needs-.*\.zip$/);
  // What was saved before is whole.
  const stored = await page.evaluate(() => Object.entries(localStorage).find(([key]) => key.startsWith("cpor.draft."))?.[1]);
  expect(stored).toContain("Contoso before");
  // To the settings and back by links: the text is still there.
  await page.getByRole("link", { name: "Make room" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage)) if (key.startsWith("filler.")) localStorage.removeItem(key);
  });
  await page.getByRole("button", { name: "Free space" }).click();
  await page.goBack();
  await expect(page.getByLabel("Claim name")).toHaveValue(longer);
  await expectSaved(page);
});

test("short room is said, and files that were sent make some", async ({ page, server }) => {
  await signIn(page, server.url);
  const id = await startDraft(page);
  const name = claimName("Contoso with a file");
  await fillToReview(page, KINDS.use, name);
  await addCustomer(page);
  await addProof(page);
  await goOn(page, "submit");
  await acknowledge(page);
  await submitButton(page).click();
  await expectSubmittedOnce(page, server.url, id, name);
  await expect(page.getByText("Everything is sent")).toBeVisible();

  await page.addInitScript(() => {
    StorageManager.prototype.estimate = async () => ({ usage: 700_000, quota: 1_000_000 });
  });
  await open(page, server.url, "/settings");
  await expect(page.getByText("The storage is getting full")).toBeVisible();
  expect(await inAllColours(page, "settings")).toEqual([]);
  await page.getByRole("button", { name: "Free space" }).click();
  await expect(page.getByRole("main").getByText(/freed\. Everything that was removed is on the server\./)).toBeVisible();
  // The file is the server's now; it can be had again.
  await open(page, server.url, `/claims/${id}`);
  const [download] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("button", { name: /statement-of-work\.pdf/ }).first().click(),
  ]);
  expect(download.suggestedFilename()).toBe("statement-of-work.pdf");
});

test("the browser is asked once to keep what is worth keeping", async ({ page, server }) => {
  await page.addInitScript(() => {
    const asked = { times: 0 };
    Object.assign(globalThis, { asked });
    StorageManager.prototype.persist = async () => { asked.times += 1; return true; };
    StorageManager.prototype.persisted = async () => asked.times > 0;
  });
  const asked = () => page.evaluate(() => (globalThis as unknown as { asked: { times: number } }).asked.times);
  await open(page, server.url, "/claims");
  expect(await asked()).toBe(0);
  await startDraft(page);
  await fillRole(page, KINDS.use);
  await expectSaved(page);
  await expect.poll(asked).toBe(1);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }).click();
  await expect(page.getByText("The browser promises to keep the data.")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  expect(await asked()).toBe(0);
});

test("what cannot be read is shown, handed out and removed", async ({ page, server }) => {
  const id = await startDraft(page, server.url);
  await fillRole(page, KINDS.use);
  await expectSaved(page);
  await page.goto(`${server.url}/settings`);
  await page.evaluate((key) => localStorage.setItem(key, (localStorage.getItem(key) ?? "").slice(5)), `cpor.draft.${id}`);
  await open(page, server.url, "/claims");
  await page.getByRole("link", { name: "Look at it in Settings" }).click();
  const list = page.getByRole("list", { name: "Kept aside" });
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await expect(list).toContainText("It is damaged and could not be read.");
  expect(await inAllColours(page, "kept aside")).toEqual([]);
  for (const button of ["Download: A draft", "Download all of it"]) {
    const [download] = await Promise.all([
      page.waitForEvent("download"), page.getByRole("button", { name: button }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^set-aside/);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await losses(page, "kept aside")).toEqual([]);
  await page.getByRole("button", { name: "Remove: A draft" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(list).toHaveCount(0);
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("quarantine")))).toEqual([]);
});
