// Several tabs on one draft: one writes, the others show, and whoever takes over
// finds every word.
import type { BrowserContext, Page } from "@playwright/test";
import { inAllColours } from "./support/axe";
import {
  KINDS, addCustomer, addProof, acknowledge, claimName, fillDetails, fillRole, fillToReview, goOn, signIn, startDraft,
  submitButton,
} from "./support/claim";
import { Actor } from "./support/life";
import { losses } from "./support/losses";
import { expectSaved } from "./support/pages";
import { expect, test } from "./support/test";

const NAME = "Claim name";

function notice(page: Page, title: string) {
  return page.getByRole("region", { name: title });
}

function editHere(page: Page) {
  return page.getByRole("button", { name: "Edit here instead" });
}

/** A draft at its details, in a first tab. */
async function begin(page: Page, url: string, name: string): Promise<string> {
  const id = await startDraft(page, url);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await fillDetails(page, name);
  await expectSaved(page);
  return id;
}

/** The same URL in one more tab. */
async function again(context: BrowserContext, page: Page): Promise<Page> {
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByRole("heading", { level: 1 })).toBeVisible();
  return other;
}

test("a second tab shows the draft, follows the first, and takes over without loss", async ({ page, context, server }) => {
  await begin(page, server.url, "Contoso one");
  const other = await again(context, page);
  await expect(notice(other, "Open in another tab")).toBeVisible();
  await expect(other.getByLabel(NAME)).toHaveValue("Contoso one");
  await expect(other.getByLabel(NAME)).toBeDisabled();
  await expect(page.getByLabel(NAME)).toBeEnabled();
  await expect(editHere(page)).toHaveCount(0);

  await page.getByLabel(NAME).fill("Contoso two");
  await expect(other.getByLabel(NAME)).toHaveValue("Contoso two");

  // The last words before the other tab asks are part of what it finds.
  await page.getByLabel(NAME).press("End");
  await page.getByLabel(NAME).pressSequentially(" three");
  await editHere(other).click();
  await expect(other.getByLabel(NAME)).toBeEnabled();
  await expect(other.getByLabel(NAME)).toHaveValue("Contoso two three");
  await expect(notice(page, "You went on in another tab")).toBeVisible();
  await expect(page.getByLabel(NAME)).toBeDisabled();
  await expect(other.getByRole("heading", { level: 1 })).toBeFocused();

  await other.getByLabel(NAME).fill("Contoso four");
  await expect(page.getByLabel(NAME)).toHaveValue("Contoso four");
  await editHere(page).click();
  await expect(page.getByLabel(NAME)).toBeEnabled();
  await expect(other.getByLabel(NAME)).toBeDisabled();
  await page.getByLabel(NAME).fill("Contoso five");
  await expect(other.getByLabel(NAME)).toHaveValue("Contoso five");
});

test("of three tabs one writes, and another follows when it is closed", async ({ page, context, server }) => {
  await begin(page, server.url, "Contoso of three");
  const second = await again(context, page);
  await expect(editHere(second)).toBeVisible();
  const third = await again(context, page);
  await expect(editHere(third)).toBeVisible();
  await editHere(third).click();
  await expect(third.getByLabel(NAME)).toBeEnabled();
  await expect(page.getByLabel(NAME)).toBeDisabled();
  await expect(second.getByLabel(NAME)).toBeDisabled();
  await third.getByLabel(NAME).press("End");
  await third.getByLabel(NAME).pressSequentially(" and the last");
  await third.close({ runBeforeUnload: true });
  // One of the two that are left writes, with the last words of the third.
  const writers = async () => (await Promise.all([page, second].map((tab) => tab.getByLabel(NAME).isEnabled()))).filter(Boolean).length;
  await expect.poll(writers).toBe(1);
  for (const tab of [page, second]) {
    await expect(tab.getByLabel(NAME)).toHaveValue("Contoso of three and the last");
  }
});

test("who leaves the draft's page lets go of it", async ({ page, context, server }) => {
  await begin(page, server.url, "Contoso left");
  const url = page.url();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Customer claims" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Customer claims" })).toBeVisible();
  const other = await context.newPage();
  await other.goto(url);
  await expectSaved(other);
  await other.getByLabel(NAME).fill("Contoso found again");
  await expectSaved(other);
  await expect(editHere(other)).toHaveCount(0);
  // The first tab comes back to what the other one wrote.
  await page.goBack();
  await expect(notice(page, "Open in another tab")).toBeVisible();
  await expect(page.getByLabel(NAME)).toHaveValue("Contoso found again");
});

test("a tab that hangs is overruled, and what it typed is kept", async ({ page, context, server }) => {
  await begin(page, server.url, "Contoso awake");
  const other = await again(context, page);
  await expect(editHere(other)).toBeVisible();
  // Words that are not saved yet, and then the tab does nothing for a while.
  const asleep = page.getByLabel(NAME).evaluate((field) => {
    const input = field as HTMLInputElement;
    input.value = "Contoso typed before the sleep";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    const until = performance.now() + 6_000;
    while (performance.now() < until);
  });
  await editHere(other).click();
  await expect(other.getByLabel(NAME)).toBeEnabled();
  await expect(other.getByLabel(NAME)).toHaveValue("Contoso awake");
  await other.getByLabel(NAME).fill("Contoso went on");
  await expectSaved(other);
  await asleep;
  await expect(notice(page, "Another tab has saved this draft meanwhile")).toBeVisible();
  await expect(page.getByLabel(NAME)).toHaveValue("Contoso typed before the sleep");
  await expect(page.getByLabel(NAME)).toBeDisabled();
  await expect(other.getByLabel(NAME)).toHaveValue("Contoso went on");

  // The person decides for the words of the tab that slept; the other version is kept.
  await page.getByRole("button", { name: "Go on with what was typed here" }).click();
  await expect(page.getByLabel(NAME)).toBeEnabled();
  await expect(page.getByLabel(NAME)).toHaveValue("Contoso typed before the sleep");
  await expect(other.getByLabel(NAME)).toHaveValue("Contoso typed before the sleep");
  const kept = await page.evaluate(() => Object.keys(localStorage)
    .filter((key) => key.startsWith("cpor.quarantine.cpor.draft."))
    .map((key) => localStorage.getItem(key) ?? ""));
  for (const name of ["Contoso typed before the sleep", "Contoso went on"]) {
    expect(kept.filter((text) => text.includes(name))).toHaveLength(1);
  }
});

test("a tab that cannot save does not let go", async ({ page, context, server }) => {
  await begin(page, server.url, "Contoso saved");
  const other = await again(context, page);
  await expect(editHere(other)).toBeVisible();
  await page.evaluate(() => {
    Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
  });
  await page.getByLabel(NAME).fill("Contoso that does not fit");
  await expect(page.getByRole("button", { name: "Download this draft" })).toBeVisible();
  await editHere(other).click();
  await expect(notice(other, "The other tab cannot save")).toBeVisible();
  await expect(other.getByLabel(NAME)).toBeDisabled();
  await expect(page.getByLabel(NAME)).toHaveValue("Contoso that does not fit");
  await expect(page.getByLabel(NAME)).toBeEnabled();
});

test("every step only shows the draft where another tab writes it", async ({ page, context, server }) => {
  await signIn(page, server.url);
  await startDraft(page);
  await fillToReview(page, KINDS.use, claimName("Contoso in every step"));
  await addCustomer(page);
  await addProof(page);
  await goOn(page, "submit");
  const other = await context.newPage();
  const found: string[] = [];
  for (const step of ["role", "details", "workloads", "contacts", "proof", "submit"]) {
    await other.goto(page.url().replace(/submit.*$/, step));
    await expect(editHere(other)).toBeVisible();
    const fields = other.getByRole("group", { name: "Fields, to read only" }).locator("input, select, textarea, button");
    await expect(fields.first()).toBeAttached();
    expect(await fields.evaluateAll((all) => all.filter((field) => !field.matches(":disabled")).length)).toBe(0);
    found.push(...(await inAllColours(other, step)));
  }
  await expect(other.getByRole("button", { name: "Submit claim" })).toHaveCount(0);
  expect(found).toEqual([]);
  // What the other tab takes over, it can hand in.
  await editHere(other).click();
  await acknowledge(other);
  await submitButton(other).click();
  await expect(other.getByRole("heading", { level: 1, name: "Claim submitted" })).toBeVisible();
});

test("by keyboard, on a phone and in Chinese", async ({ page, context, server }) => {
  await begin(page, server.url, "Contoso in small");
  const other = await context.newPage();
  await other.setViewportSize({ width: 320, height: 640 });
  await other.goto(`${page.url()}?lang=zh-Hant-TW`);
  const button = other.getByRole("button", { name: "改在這裡編輯" });
  await expect(button).toBeVisible();
  expect(await losses(other, "read-only")).toEqual([]);
  await other.getByRole("heading", { level: 1 }).focus();
  for (let stop = 0; stop < 20 && !(await button.evaluate((it) => it === document.activeElement)); stop += 1) {
    await other.keyboard.press("Tab");
  }
  await expect(button).toBeFocused();
  await other.keyboard.press("Enter");
  await expect(other.getByLabel("宣告名稱")).toBeEnabled();
  await expect(page.getByLabel(NAME)).toBeDisabled();
});

for (const { page: path, decision, label } of [
  { page: "answer", decision: "request-action", label: "Comment for the reviewers" },
  { page: "dispute", decision: "reject", label: "Justification" },
  { page: "proof", decision: "approve", label: null },
]) {
  test(`the page for "${path}" is written by one tab`, async ({ page, context, server, playwright }) => {
    const reviewer = await Actor.reviewer(playwright, server.url);
    await signIn(page, server.url);
    const partner = Actor.of(page.request, server.url);
    const id = await partner.submitted(claimName("Contoso twice open"), { workloads: ["exchange-online"] });
    const grounds = decision === "approve" ? [] : [{ ground: decision === "reject" ? "insufficient-proof" : "missing-dates" }];
    await reviewer.decide(id, ["start-review", decision], decision === "approve" ? "" : "Not to be seen.", grounds);
    await reviewer.request.dispose();

    await page.goto(`${server.url}/claims/${id}/${path}`);
    const files = page.getByLabel("Choose files");
    await expect(files).toBeEnabled();
    const other = await again(context, page);
    await expect(notice(other, "Open in another tab")).toBeVisible();
    await expect(other.getByRole("main").locator("[data-kind=primary]")).toHaveCount(1);
    if (label) {
      await page.getByLabel(label).fill("Written in the first tab");
      await expect(other.getByLabel(label)).toHaveValue("Written in the first tab");
      await expect(other.getByLabel(label)).toBeDisabled();
    } else {
      await addProof(page, "newer.pdf");
      await expect(other.getByRole("list", { name: "Files" }).getByText("newer.pdf", { exact: true })).toBeVisible();
    }
    await editHere(other).click();
    await expect(other.getByLabel("Choose files")).toBeEnabled();
    if (label) {
      await expect(other.getByLabel(label)).toHaveValue("Written in the first tab");
      await expect(page.getByLabel(label)).toBeDisabled();
    }
    await expect(notice(page, "You went on in another tab")).toBeVisible();
  });
}
