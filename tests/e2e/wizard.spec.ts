// The wizard's manners: what it says, when it says it, where the focus goes,
// and that nothing typed is lost.
import type { Page } from "@playwright/test";
import {
  KINDS, acknowledge, addCustomer, addProof, claimName, expectSubmittedOnce, fillDetails, fillRole, fillToReview,
  fillWorkloads, goOn, signIn, startDraft, submitButton,
} from "./support/claim";
import { expect, test } from "./support/test";

const GUID = "3c7a4f0e-91d2-4b7e-8a55-0d9f6b2c1e47";
const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const onContinue = (page: Page) => page.getByRole("button", { name: "Continue", exact: true });
const summary = (page: Page) => page.getByRole("group", { name: "There is a problem" });

async function toDetails(page: Page, url: string): Promise<string> {
  const id = await startDraft(page, url);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await expect(h1(page)).toHaveText("Claim details");
  return id;
}

test("Continue is never disabled; pressed with errors it leads to them", async ({ page, server }) => {
  await toDetails(page, server.url);
  await expect(onContinue(page)).toBeEnabled();
  await expect(page.locator("[aria-invalid=true]")).toHaveCount(0);
  await expect(summary(page)).toHaveCount(0);
  await onContinue(page).click();
  await expect(summary(page)).toBeFocused();
  await expect(onContinue(page)).toBeEnabled();
  await expect(page).toHaveTitle(/^Error: Claim details – /);

  const links = summary(page).getByRole("link");
  await expect(links).toHaveText(["Enter a claim name", "Enter the Partner ID of your location", "Enter the customer tenant ID"]);
  const targets = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
  expect(targets).toEqual(["#f-claim-name", "#f-partner-id", "#f-tenant-id"]);
  for (const [index, target] of targets.entries()) {
    const field = page.locator(target);
    await expect(field).toHaveAttribute("aria-invalid", "true");
    const described = (await field.getAttribute("aria-describedby"))?.split(" ") ?? [];
    expect(described[0]).toBe(`${target.slice(1)}-error`);
    await expect(page.locator(`${target}-error`)).toHaveText(`Error: ${await links.nth(index).innerText()}`);
  }
  await links.nth(2).click();
  await expect(page.locator("#f-tenant-id")).toBeFocused();
  await expect(page.getByText("Customer tenant ID", { exact: true })).toBeInViewport();

  await page.getByLabel("Claim name").fill("Contoso");
  await expect(page.locator("#f-claim-name-error")).toHaveCount(0);
  await expect(links).toHaveCount(2);
  await fillDetails(page, "Contoso");
  await expect(summary(page)).toHaveCount(0);
  await expect(page).toHaveTitle(/^Claim details – Contoso/);
});

test("an error shows when the field was left, not before", async ({ page, server }) => {
  await toDetails(page, server.url);
  const field = page.getByRole("textbox", { name: "Partner ID" });
  await field.pressSequentially("12ab");
  await expect(page.locator("#f-partner-id-error")).toHaveCount(0);
  await page.getByLabel("Claim name").focus();
  await expect(page.locator("#f-partner-id-error")).toBeVisible();
  await expect(summary(page)).toHaveCount(0);
  await field.fill("4391507");
  await expect(page.locator("#f-partner-id-error")).toHaveCount(0);
  await expect(field).not.toHaveAttribute("aria-invalid", "true");
});

test("each step takes the focus to its heading; Back and Forward keep the values", async ({ page, server }) => {
  await toDetails(page, server.url);
  await expect(h1(page)).toBeFocused();
  await expect(page).toHaveTitle(/^Claim details – .* – CPOR Claims$/);
  await fillDetails(page, "Contoso back and forth");
  await goOn(page, "workloads");
  await expect(h1(page)).toBeFocused();
  await page.goBack();
  await expect(h1(page)).toHaveText("Claim details");
  await expect(page.getByLabel("Claim name")).toHaveValue("Contoso back and forth");
  await page.goBack();
  await expect(page.getByRole("radio", { name: KINDS.use.area })).toBeChecked();
  await page.goForward();
  await expect(page.getByLabel("Claim name")).toHaveValue("Contoso back and forth");
  await page.getByRole("link", { name: "Back", exact: true }).click();
  await expect(h1(page)).toBeFocused();
  await expect(h1(page)).toHaveText("What do you claim?");
});

test("a tenant ID is understood in every form in which it is pasted", async ({ page, server, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
  await toDetails(page, server.url);
  const field = page.getByLabel("Customer tenant ID");
  for (const pasted of [`  ${GUID}  `, `{${GUID}}`, GUID.toUpperCase(), `Tenant ID: ${GUID.toUpperCase()} (Contoso)`]) {
    await field.fill("");
    await page.evaluate((text) => navigator.clipboard.writeText(text), pasted);
    await field.focus();
    await page.keyboard.press("ControlOrMeta+V");
    await expect(page.getByText(`Kept as ${GUID}`)).toBeVisible();
    await page.getByLabel("Claim name").focus();
    await expect(page.locator("#f-tenant-id-error")).toHaveCount(0);
  }
});

test("the opt-out stands in Modern Work only, and nobody ticked it", async ({ page, server }) => {
  await toDetails(page, server.url);
  const box = page.getByRole("checkbox", { name: "Opt out of incentive payments for this claim" });
  await expect(box).not.toBeChecked();
  await expect(box).toHaveAccessibleDescription(/still counts for recognition/);
  await page.getByRole("link", { name: "Back", exact: true }).click();
  await fillRole(page, KINDS.preSales);
  await goOn(page, "details");
  await expect(h1(page)).toHaveText("Claim details");
  await expect(box).toHaveCount(0);
});

test("the list of steps says in words where one is", async ({ page, server }) => {
  await toDetails(page, server.url);
  const steps = page.getByRole("navigation", { name: "Steps" });
  await expect(steps.locator("[aria-current=step]")).toHaveCount(1);
  await expect(steps.locator("[aria-current=step]")).toHaveText(/Claim details\s*Current step/);
  await expect(steps.getByRole("listitem").first()).toHaveText(/Solution area and role\s*Done/);
  await expect(steps.getByRole("listitem").last()).toHaveText(/Acknowledge and submit\s*Not started/);
  await onContinue(page).click();
  await steps.getByRole("link", { name: /Solution area and role/ }).click();
  await expect(steps.getByRole("listitem").nth(1)).toHaveText(/Claim details\s*Has problems/);
  await expect(steps.getByText("Products and subscriptions")).toHaveCount(0);
});

test("workloads: search, select all, count; and Change leads back to the review", async ({ page, server }) => {
  await toDetails(page, server.url);
  await fillDetails(page, "Contoso changes");
  await goOn(page, "workloads");
  await page.getByRole("searchbox", { name: "Search workloads" }).fill("viva");
  await page.getByRole("button", { name: "Select all shown" }).click();
  await expect(page.getByText(/^\d+ of \d+ selected$/)).not.toHaveText(/^0 /);
  await page.getByRole("searchbox", { name: "Search workloads" }).fill("");
  await fillWorkloads(page, ["Exchange Online"]);
  await goOn(page, "contacts");
  await page.getByRole("region", { name: "Customer contact" }).getByLabel("Name").fill("Ana Bowman");
  await page.getByRole("region", { name: "Customer contact" }).getByLabel("Title").fill("IT director");
  await page.getByRole("region", { name: "Customer contact" }).getByLabel("Email address").fill("ana@contoso.com");
  await page.getByRole("region", { name: "Your contact" }).getByLabel("Name", { exact: true }).fill("Wei Chen");
  await page.getByRole("region", { name: "Your contact" }).getByLabel("Email address").fill("wei@fabrikam.example");
  await goOn(page, "review");
  await page.getByRole("link", { name: "Change Claim name" }).click();
  await expect(page).toHaveURL(/\/details\?return=review/);
  await page.getByLabel("Claim name").fill("Contoso changed");
  await onContinue(page).click();
  await expect(page).toHaveURL(/\/review/);
  await expect(page.getByText("Contoso changed", { exact: true })).toBeVisible();
});

test("all steps on one page have the same rules", async ({ page, server }) => {
  await toDetails(page, server.url);
  await page.getByRole("link", { name: "Show all steps on one page" }).click();
  await expect(page).toHaveURL(/\/all$/);
  await expect(h1(page)).toHaveText("The whole claim");
  await page.getByRole("main").getByRole("button", { name: "Add customer" }).click();
  await expect(summary(page)).toBeFocused();
  await expect(summary(page).getByRole("link").first()).toHaveText("Enter a claim name");
  await expect(summary(page).getByRole("link", { name: "Choose at least one workload" })).toBeVisible();
  await page.getByRole("link", { name: "Show one step at a time" }).click();
  await expect(h1(page)).toHaveText("What do you claim?");
});

test("Why? opens by keyboard and names source and date", async ({ page, server }) => {
  await toDetails(page, server.url);
  const why = page.locator("summary", { hasText: "Why?" }).first();
  await why.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("details[open] cite").first()).toHaveText(/\d{4}/);
  await expect(page.locator("label details")).toHaveCount(0);
});

test("a double click on Submit makes one claim", async ({ page, server }) => {
  const name = claimName("Contoso twice");
  await signIn(page, server.url);
  const id = await startDraft(page);
  await fillToReview(page, KINDS.use, name);
  await addCustomer(page);
  await addProof(page);
  await goOn(page, "submit");
  await acknowledge(page);
  await submitButton(page).dblclick();
  await expect(h1(page)).toHaveText("Claim submitted");
  await expectSubmittedOnce(page, server.url, id, name);
});

test("what is typed is on disk within a second", async ({ page, server }) => {
  // The page's own clock: a second is a second, however slow the machine is.
  await page.clock.install();
  const id = await toDetails(page, server.url);
  await page.clock.pauseAt(Date.now() + 3_600_000);
  await page.getByLabel("Claim name").fill("Contoso on disk");
  await page.clock.runFor(1000);
  expect(await page.evaluate((key) => localStorage.getItem(key), `cpor.draft.${id}`)).toContain("Contoso on disk");
  await page.clock.resume();
  await expect(page.getByText(/^Saved on this device/)).toBeVisible();
  await page.getByLabel("Claim name").fill("Contoso at the last moment");
  await page.reload();
  await expect(page.getByLabel("Claim name")).toHaveValue("Contoso at the last moment");
});

test("full storage is said aloud, and the text stays", async ({ page, server }) => {
  await toDetails(page, server.url);
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await page.getByLabel("Claim name").fill("Contoso without room");
  const words = /^Not saved: the storage of this browser is full/;
  await expect(page.locator(".ca-save")).toHaveText(words);
  await expect(page.getByRole("alert")).toHaveText(words);
  await expect(page.getByLabel("Claim name")).toHaveValue("Contoso without room");
  await expect(page.getByRole("button", { name: "Download this draft" })).toBeVisible();
});
