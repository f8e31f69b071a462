// The main job with nothing but a keyboard.
import type { Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { ADMIN, KINDS, claimName, draftId, expectSubmittedOnce, pdf, signIn } from "./support/claim";
import { Keys } from "./support/keys";
import { expect, test } from "./support/test";

/**
 * Keys from the empty form to Submitted that are not text. 134 are needed: the
 * bell, older editions, the language of the mail, the filled template and the
 * checklist are stops on the way. A few more may be worth their while, many are not.
 */
const MOST_KEYS = 138;

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });
const button = (page: Page, name: string) => page.getByRole("main").getByRole("button", { name, exact: true });

/** Signs in and opens an empty form, by keyboard as well. */
async function toEmptyForm(page: Page, url: string): Promise<Keys> {
  const keys = new Keys(page);
  await page.goto(`${url}/sign-in`);
  await keys.pressOn(page.getByRole("button", { name: ADMIN }), "Enter");
  await expect(heading(page, "Customer claims")).toBeFocused();
  await keys.pressOn(page.getByRole("main").getByRole("link", { name: "Add customer" }).first(), "Enter");
  await expect(heading(page, "What do you claim?")).toBeFocused();
  return new Keys(page);
}

test("the whole wizard, from an empty form to Submitted", async ({ page, server }, { annotations }) => {
  const name = claimName("Contoso by keyboard");
  const keys = await toEmptyForm(page, server.url);
  const goOn = async (to: string, by = "Continue") => {
    await keys.pressOn(button(page, by), "Enter");
    await expect(heading(page, to)).toBeFocused();
    await keys.expectVisibleFocus();
  };
  const id = draftId(page);

  await keys.pressOn(page.getByRole("radio", { name: KINDS.use.area }), "Space");
  await expect(page.getByRole("radio", { name: KINDS.use.role })).toBeChecked();
  await goOn("Claim details");

  await keys.type(page.getByLabel("Claim name"), name);
  await keys.type(page.getByRole("textbox", { name: "Partner ID" }), "4391507");
  await keys.type(page.getByLabel("Customer tenant ID"), randomUUID());
  await goOn("Workloads");

  await keys.type(page.getByRole("searchbox", { name: "Search workloads" }), "Exchange Online");
  const workload = page.getByRole("checkbox", { name: "Exchange Online", exact: true });
  await keys.pressOn(workload, "Space");
  await expect(workload).toBeChecked();
  await goOn("Contacts");

  const customer = page.getByRole("region", { name: "Customer contact" });
  await keys.type(customer.getByLabel("Name"), "Ana Bowman");
  await keys.type(customer.getByLabel("Title"), "IT director");
  await keys.type(customer.getByLabel("Email address"), "ana@contoso.com");
  const partner = page.getByRole("region", { name: "Your contact" });
  await keys.type(partner.getByLabel("Name", { exact: true }), "Wei Chen");
  await keys.type(partner.getByLabel("Email address"), "wei@fabrikam.example");
  await goOn("Check your answers");
  await goOn("Proof of execution", "Add customer");

  const chosen = page.waitForEvent("filechooser");
  await keys.pressOn(page.getByLabel("Choose files"), "Enter");
  await (await chosen).setFiles({ name: "statement-of-work.pdf", mimeType: "application/pdf", buffer: pdf() });
  await expect(page.getByRole("list", { name: "Files" }).getByText("statement-of-work.pdf", { exact: true })).toBeVisible();
  await goOn("Acknowledge and submit");

  const boxes = page.getByRole("group", { name: "Acknowledgements" }).getByRole("checkbox");
  for (const box of await boxes.all()) {
    await keys.pressOn(box, "Space");
    await expect(box).toBeChecked();
  }
  await goOn("Claim submitted", "Submit claim");
  annotations.push({ type: "keys", description: String(keys.pressed) });
  expect(keys.pressed).toBeLessThanOrEqual(MOST_KEYS);
  await expectSubmittedOnce(page, server.url, id, name);
});

test("arrows choose, Shift+Tab goes back, and errors lead into their fields", async ({ page, server }) => {
  const keys = await toEmptyForm(page, server.url);
  const modernWork = page.getByRole("radio", { name: KINDS.use.area });
  const business = page.getByRole("radio", { name: KINDS.preSales.area });
  await keys.pressOn(modernWork, "Space");
  await keys.press("ArrowDown");
  await expect(business).toBeFocused();
  await expect(business).toBeChecked();
  await expect(page.getByRole("radio", { name: KINDS.preSales.role })).toBeVisible();
  await keys.press("ArrowUp");
  await expect(modernWork).toBeFocused();
  await expect(modernWork).toBeChecked();
  await keys.pressOn(button(page, "Continue"), "Enter");
  await expect(heading(page, "Claim details")).toBeFocused();

  await keys.to(page.getByRole("textbox", { name: "Partner ID" }));
  await keys.to(page.getByLabel("Claim name"), "Shift+Tab");
  await keys.pressOn(button(page, "Continue"), "Enter");
  const summary = page.getByRole("group", { name: "There is a problem" });
  await expect(summary).toBeFocused();
  await keys.expectVisibleFocus();
  await keys.pressOn(summary.getByRole("link", { name: "Enter the customer tenant ID" }), "Enter");
  await expect(page.getByLabel("Customer tenant ID")).toBeFocused();
  await keys.expectVisibleFocus();
  await keys.to(page.getByRole("link", { name: "Back", exact: true }));
  await keys.press("Enter");
  await expect(heading(page, "What do you claim?")).toBeFocused();
});

test("no single letter does anything", async ({ page, server }) => {
  await signIn(page, server.url);
  const main = page.getByRole("main");
  await expect(main.getByRole("row").nth(1)).toBeVisible();
  await main.focus();
  const before = await main.innerText();
  const url = page.url();
  for (const key of "abcdefghijklmnopqrstuvwxyz?/.") await page.keyboard.press(key);
  expect(page.url()).toBe(url);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await main.innerText()).toBe(before);
});
