// The proof: what reviewers look for, the template with the claim's data, the
// check of subscriptions, items that somebody holds, the age of the proof.
import AxeBuilder from "@axe-core/playwright";
import { type Download, type Page, expect } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { inflateRawSync } from "node:zlib";
import {
  KINDS, OTHER_ADMIN, acknowledge, addCustomer, addProof, claimName, draftId, expectSubmittedOnce, fillContacts, fillDetails,
  fillProducts, fillRole, fillToReview, fillWorkloads, goOn, signIn, startDraft, submitButton,
} from "./support/claim";
import { expectSaved, open } from "./support/pages";
import { test } from "./support/test";

/** A part of a ZIP file, read by its directory. */
function part(zip: Buffer, name: string): string {
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const lengths = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [number, number, number];
    if (zip.toString("utf8", at + 46, at + 46 + lengths[0]) === name) {
      const local = zip.readUInt32LE(at + 42);
      const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const bytes = zip.subarray(from, from + zip.readUInt32LE(at + 20));
      return (zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(bytes) : bytes).toString("utf8");
    }
    at += 46 + lengths[0] + lengths[1] + lengths[2];
  }
  throw new Error(`no ${name} in the file`);
}

/** The fields of a filled template: tag and text, as an XML parser reads them. */
async function fieldsOf(page: Page, download: Download): Promise<[string, string][]> {
  const xml = part(await readFile(await download.path()), "word/document.xml");
  return page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, "application/xml");
    if (document.querySelector("parsererror")) throw new Error(document.documentElement.textContent ?? "");
    return [...document.getElementsByTagName("w:sdt")].map((field): [string, string] => [
      field.getElementsByTagName("w:tag")[0]?.getAttribute("w:val") ?? "",
      field.getElementsByTagName("w:sdtContent")[0]?.textContent ?? "",
    ]);
  }, xml);
}

function textsOf(fields: [string, string][], tag: string): string[] {
  return fields.filter(([known]) => known === tag).map(([, text]) => text);
}

function lines(page: Page) {
  return page.getByRole("region", { name: "What reviewers look for" }).getByRole("listitem");
}

function line(page: Page, what: string) {
  return lines(page).filter({ has: page.getByText(what, { exact: true }) });
}

/** A day so many months ago, as the field takes it. */
function monthsAgo(months: number): string {
  const day = new Date();
  day.setDate(1);
  day.setMonth(day.getMonth() - months);
  return day.toISOString().slice(0, 10);
}

async function toProof(page: Page, url: string, name: string): Promise<string> {
  await signIn(page, url);
  await startDraft(page);
  await fillToReview(page, KINDS.use, name);
  await addCustomer(page);
  return draftId(page);
}

test("the checklist follows what the draft knows and leaves the rest to the person", async ({ page, server }) => {
  await toProof(page, server.url, claimName("Contoso checklist"));
  await expect(lines(page)).toHaveCount(7);
  await expect(line(page, "A file that proves this work")).toContainText("Missing");
  await addProof(page);
  await expect(line(page, "A file that proves this work")).toContainText("There");

  const dates = line(page, "A date of acknowledgement that is recent enough");
  await expect(dates).toContainText("Enter the date beside the customer's signature");
  const acknowledged = page.getByLabel("Date of the customer's acknowledgement in statement-of-work.pdf");
  await acknowledged.fill(monthsAgo(30));
  await expect(dates).toContainText("Missing");
  await expect(dates).toContainText("30 months old");
  await acknowledged.fill(monthsAgo(3));
  await expect(dates).toContainText("There");
  await expect(dates).toContainText("3 months old");

  const items = line(page, "Each claimed workload or product by name");
  await expect(items).toContainText("Exchange Online, SharePoint Online");
  const named = page.getByRole("group", { name: "What the proof names" });
  for (const item of KINDS.use.workloads ?? []) await named.getByRole("checkbox", { name: item }).check();
  await expect(items).toContainText("There");
  await page.getByRole("radio", { name: "No", exact: true }).check();
  await expect(line(page, "The Public Sector Disclosure, where it applies")).toContainText("There");

  const names = line(page, "Your company's and the customer's name, as in the claim");
  await expect(names).toContainText("Check it yourself");
  await expect(names).toContainText("Fabrikam Partners");
  for (const entry of await lines(page).all()) {
    await entry.getByText("Why?").click();
    await expect(entry.locator("cite")).toBeVisible();
  }
});

test("the template comes with the claim's data, in both languages", async ({ page, server }) => {
  const name = claimName("Contoso & <Sons>");
  await toProof(page, server.url, name);
  for (const language of ["English", "繁體中文"]) {
    const arrives = page.waitForEvent("download");
    await page.getByRole("button", { name: `Template in ${language}` }).click();
    const download = await arrives;
    expect(download.suggestedFilename()).toMatch(/^proof-of-execution-Contoso-Sons-\d+\.docx$/);
    const fields = await fieldsOf(page, download);
    expect(textsOf(fields, "partner.name")).toEqual(["Fabrikam Partners", "Wei Chen"]);
    expect(textsOf(fields, "project")).toEqual([name]);
    expect(textsOf(fields, "customer.name")).toEqual(["Ana Bowman"]);
    expect(textsOf(fields, "item.0")).toEqual(["Exchange Online"]);
    expect(textsOf(fields, "item.1")).toEqual(["SharePoint Online"]);
    expect(textsOf(fields, "item.2")).toEqual([]);
  }
  const id = draftId(page);
  await open(page, server.url, `/claims/${id}`);
  const arrives = page.waitForEvent("download");
  await page.getByRole("button", { name: "Template in English" }).click();
  expect(textsOf(await fieldsOf(page, await arrives), "project")).toEqual([name]);
});

/** Contoso of the demonstration, to which the refused subscriptions belong. */
async function contoso(page: Page, url: string): Promise<string> {
  const reply = await page.request.get(`${url}/v1/changes`);
  const { changes } = (await reply.json()) as { changes: { upsert?: { claim: { draft: { domain: string; tenant_id: string } } } }[] };
  const found = changes.find(({ upsert }) => upsert?.claim.draft.domain === "contoso.com");
  if (!found?.upsert) throw new Error("the demonstration has no claim about Contoso");
  return found.upsert.claim.draft.tenant_id;
}

const REASONS: [string, string, RegExp][] = [
  ["1", "Dynamics 365 Guides", /The product does not exist on the customer's tenant\. Check/],
  ["2", "Power BI", /not for Dynamics 365\. Ask the customer/],
  ["3", "Dynamics 365 Sales", /bought through CSP and cannot be claimed\. Ask the customer/],
  ["4", "Dynamics 365 Finance", /not activated this subscription yet\. Once they have/],
  ["5", "Dynamics 365 Sales", /not a subscription ID\. Ask the customer/],
  // Since 2023 a competing claim, and no error.
  ["6", "Dynamics 365 Sales", /Another partner holds this\. You can claim it/],
];

test("each reason why a subscription cannot be claimed is said with what to do", async ({ page, server }) => {
  await signIn(page, server.url);
  const tenant = await contoso(page, server.url);
  await startDraft(page);
  await fillRole(page, KINDS.preSales);
  await goOn(page, "details");
  await fillDetails(page, claimName("Contoso subscriptions"));
  await page.getByLabel("Customer tenant ID").fill(tenant);
  await goOn(page, "products");
  const entry = page.getByRole("group", { name: "Product 1", exact: true });
  for (const [number, product, reason] of REASONS) {
    await entry.getByLabel("Product", { exact: true }).selectOption({ label: product });
    await entry.getByRole("textbox", { name: "Subscription ID" }).fill(`d3300000-0000-4000-8000-${number.padStart(12, "0")}`);
    await expect(entry.getByText(reason)).toBeVisible();
  }
  // Another product is another question about the same subscription.
  await entry.getByRole("textbox", { name: "Subscription ID" }).fill("d3300000-0000-4000-8000-000000000001");
  await entry.getByLabel("Product", { exact: true }).selectOption({ label: "Dynamics 365 Guides" });
  await expect(entry.getByText(REASONS[0]![2])).toBeVisible();
  await entry.getByRole("textbox", { name: "Subscription ID" }).fill(randomUUID());
  await expect(entry.getByText("The subscription can be claimed.")).toBeVisible();
});

test("a check that the network failed is said, and can be repeated", async ({ page, server }) => {
  await signIn(page, server.url);
  await startDraft(page);
  await fillRole(page, KINDS.preSales);
  await goOn(page, "details");
  await fillDetails(page, claimName("Contoso offline check"));
  await goOn(page, "products");
  let asked = 0;
  await page.route("**/v1/subscriptions/check", async (route) => {
    asked += 1;
    // An answer from something in between, which passes.
    if (asked === 1) await route.fulfill({ contentType: "text/html", body: "<p>Sign in to this network</p>" });
    else await route.continue();
  });
  await fillProducts(page, ["Dynamics 365 Sales"]);
  const entry = page.getByRole("group", { name: "Product 1", exact: true });
  await expect(entry.getByText(/^Could not be checked now/)).toBeVisible();
  const again = entry.getByRole("button", { name: "Check subscription 1 again" });
  await again.click();
  await expect(entry.getByText("The subscription can be claimed.")).toBeVisible();
  await expect(again).toBeFocused();
  expect(asked).toBe(2);
});

test("own items lead to the claim that holds them, and another's can be claimed with a warning", async ({ page, server, browser }) => {
  const name = claimName("Contoso held");
  const id = await toProof(page, server.url, name);
  await addProof(page);
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await acknowledge(page);
  await submitButton(page).click();
  await expectSubmittedOnce(page, server.url, id, name);
  const reply = await page.request.get(`${server.url}/v1/claims/${id}`);
  const tenant = ((await reply.json()) as { draft: { tenant_id: string } }).draft.tenant_id;

  const toWorkloads = async (on: Page) => {
    await startDraft(on);
    await fillRole(on, KINDS.use);
    await goOn(on, "details");
    await fillDetails(on, claimName("Contoso once more"));
    await on.getByLabel("Customer tenant ID").fill(tenant);
    await goOn(on, "workloads");
  };
  await open(page, server.url, "/claims");
  await toWorkloads(page);
  const held = page.getByRole("checkbox", { name: "Exchange Online", exact: true });
  await expect(held).toBeDisabled();
  await expect(held).toHaveAccessibleDescription(`Already claimed by your organisation: ${name}`);
  await expect(page.getByRole("checkbox", { name: "Microsoft Intune" })).toBeEnabled();
  await page.getByRole("link", { name }).first().click();
  await expect(page).toHaveURL(new RegExp(`/claims/${id}$`));

  const other = await browser.newContext();
  const their = await other.newPage();
  await signIn(their, server.url, OTHER_ADMIN);
  await toWorkloads(their);
  const foreign = their.getByRole("checkbox", { name: "Exchange Online", exact: true });
  await expect(foreign).toHaveAccessibleDescription("Held by another partner: goes to arbitration");
  await foreign.check();
  await expect(their.getByText(/Another partner holds this\. You can claim it/)).toBeVisible();
  await goOn(their, "contacts");
  await fillContacts(their);
  await other.close();
});

test("an approved claim says how old its proof is, others do not", async ({ page, server }) => {
  await signIn(page, server.url);
  const reply = await page.request.get(`${server.url}/v1/changes`);
  const { changes } = (await reply.json()) as { changes: { upsert?: { claim: { id: string; status: string } } }[] };
  const of = (status: string) => changes.find(({ upsert }) => upsert?.claim.status === status)?.upsert?.claim.id;
  await open(page, server.url, `/claims/${of("approved")}`);
  const age = page.getByText(/^The newest proof is (less than a month|1 month|\d+ months) old/);
  await expect(age).toContainText("before another partner claims the item");
  await open(page, server.url, `/claims/${of("submitted")}`);
  await expect(page.getByRole("button", { name: "Template in English" })).toBeVisible();
  await expect(age).toHaveCount(0);
});

test("the proof step is accessible and fits 320 px, also in Chinese", async ({ page, server }) => {
  const id = await toProof(page, server.url, claimName("Contoso narrow"));
  await addProof(page);
  await expectSaved(page);
  await page.setViewportSize({ width: 320, height: 640 });
  for (const language of ["en", "zh-Hant-TW"]) {
    await open(page, server.url, `/drafts/${id}/proof`, language);
    const heading = language === "en" ? "What reviewers look for" : "審查人員會檢查的事項";
    await expect(page.getByRole("heading", { name: heading })).toBeVisible();
    await expect(page.getByRole("region", { name: heading }).getByRole("listitem")).toHaveCount(7);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map(({ id: rule, nodes }) => [rule, nodes.map(({ target }) => target)])).toEqual([]);
  }
});
