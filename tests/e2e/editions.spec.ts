// Claims of earlier editions: recorded with the names, fields and time limits
// of their time, and judged by the rules of several times.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import {
  acknowledge, addCustomer, addProof, claimName, claimOnServer, expectSubmittedOnce, fillContacts, fillDetails,
  fillProducts, fillToReview, goOn, KINDS, signIn, startDraft, submitButton,
} from "./support/claim";
import { open } from "./support/pages";
import { expect, test } from "./support/test";

const FY20 = "July 2019 to June 2020 (FY20)";
const FY21 = "July 2020 to 2022 (FY21)";
const OCT_2023 = "October 2023";
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function violations(page: Page, where: string): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode().withTags(TAGS).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${where}: ${id} at ${node.target.join(" ")}`));
}

async function chooseEdition(page: Page, edition: string): Promise<void> {
  await page.getByText("Record an older claim").click();
  await page.getByRole("group", { name: "Rules of" }).getByRole("radio", { name: edition }).check();
}

async function fillTechnicalContact(page: Page): Promise<void> {
  const technical = page.getByRole("region", { name: "Technical contact at the customer" });
  await technical.getByLabel("Name").fill("Kim Ito");
  await technical.getByLabel("Title").fill("System administrator");
  await technical.getByLabel("Email address").fill("kim@contoso.com");
}

async function expectSubmitted(page: Page): Promise<void> {
  await submitButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: "Claim submitted" })).toBeVisible();
}

/** Fills the details of a form that calls the partner's ID by another name. */
async function fillOldDetails(page: Page, name: string): Promise<void> {
  await page.getByLabel("Claim name").fill(name);
  await page.getByRole("textbox", { name: "MPN ID" }).fill("4391507");
  await page.getByLabel("Customer tenant ID").fill(crypto.randomUUID());
}

test("FY20: a Dynamics claim of usage and pre-sales", async ({ page, server }) => {
  const name = claimName("Contoso Dynamics of 2019");
  await signIn(page, server.url);
  const id = await startDraft(page);
  await chooseEdition(page, FY20);
  await expect(page.getByRole("radio", { name: "Microsoft 365" })).toBeVisible();
  await page.getByRole("radio", { name: "Business Applications" }).check();
  const activity = page.getByRole("group", { name: "Activity", exact: true });
  await expect(activity.getByRole("radio")).toHaveCount(2);
  await activity.getByRole("radio", { name: "Usage and/or Pre-sales" }).check();
  const ticks = page.getByRole("group", { name: "Activities" });
  await expect(ticks.getByRole("checkbox", { name: /^Usage/ })).toBeChecked();
  await ticks.getByRole("checkbox", { name: /^Pre-sales/ }).check();
  // One activity at least is left.
  await ticks.getByRole("checkbox", { name: /^Usage/ }).uncheck();
  await ticks.getByRole("checkbox", { name: /^Pre-sales/ }).click();
  await expect(ticks.getByRole("checkbox", { name: /^Usage/ })).toBeChecked();
  await ticks.getByRole("checkbox", { name: /^Pre-sales/ }).check();
  await goOn(page, "details");

  // The domain is not optional, and nothing can be opted out of.
  await fillOldDetails(page, name);
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await expect(page.getByRole("group", { name: "There is a problem" }).getByRole("link")).toHaveCount(1);
  await page.getByLabel("Customer domain name").fill("contoso.com");
  await goOn(page, "products");

  const entry = page.getByRole("group", { name: "Product 1", exact: true });
  await expect(entry.getByRole("option", { name: "Power BI" })).toHaveCount(0);
  await entry.getByLabel("Product", { exact: true }).selectOption({ label: "Dynamics 365 Sales" });
  await expect(entry.getByText(/more than one subscription/)).toBeVisible();
  await goOn(page, "contacts");

  await fillContacts(page);
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await expect(page.getByRole("group", { name: "There is a problem" }).getByRole("link")).toHaveCount(3);
  await fillTechnicalContact(page);
  await goOn(page, "review");

  await expect(page.getByText("Usage + Pre-sales")).toBeVisible();
  await expect(page.getByRole("term").filter({ hasText: "MPN ID" })).toBeVisible();
  await expect(page.getByText(FY20)).toBeVisible();
  await expect(page.getByText("kim@contoso.com")).toBeVisible();
  await addCustomer(page);
  await addProof(page);
  await goOn(page, "submit");
  await expect(page.getByText(/^The form of the time had no boxes/)).toBeVisible();
  await expectSubmitted(page);
  await expect(page.getByText("you get 30 days to answer")).toBeVisible();
  await expect(page.getByText(/Once the claim is approved, Microsoft tells/)).toBeVisible();
  await expectSubmittedOnce(page, server.url, id, name);

  const stored = (await claimOnServer(page.request, server.url, id)) as unknown as { draft: Record<string, unknown> };
  expect(stored.draft).toMatchObject({
    edition: "fy20", partner_role: "usage-recognition", also_pre_sales: true, domain: "contoso.com",
    technical_contact: { name: "Kim Ito", title: "System administrator", email: "kim@contoso.com" },
  });
  await page.getByRole("link", { name: "View this claim" }).click();
  await expect(page.getByText("Usage + Pre-sales")).toBeVisible();
  await open(page, server.url, "/claims");
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("Usage + Pre-sales");
});

test("FY20: a revenue association has no contacts and needs no proof", async ({ page, server }) => {
  const name = claimName("Wingtip revenue of 2019");
  await signIn(page, server.url);
  const id = await startDraft(page);
  await chooseEdition(page, FY20);
  await page.getByRole("radio", { name: "Business Applications" }).check();
  await page.getByRole("radio", { name: "Revenue association" }).check();
  await goOn(page, "details");
  await fillOldDetails(page, name);
  await page.getByLabel("Customer domain name").fill("wingtip.com");
  await goOn(page, "products");
  await fillProducts(page, ["Dynamics 365 Sales"]);
  await goOn(page, "revenue");
  await page.getByLabel("Dynamics solution seller name").fill("Alex Seller");
  await page.getByLabel("Customer name").fill("Wingtip");
  await page.getByLabel("Name of ISV product/solution").fill("Field Planner");
  await goOn(page, "review");
  await addCustomer(page);
  await expect(page.getByText(/ask for no proof with this claim/)).toBeVisible();
  await goOn(page, "submit");
  await expectSubmitted(page);
  await expectSubmittedOnce(page, server.url, id, name);
});

test("FY21: Editing at first, and five business days to answer", async ({ page, server }) => {
  const name = claimName("Adatum Teams of 2020");
  await signIn(page, server.url);
  const id = await startDraft(page);
  await chooseEdition(page, FY21);
  await page.getByRole("radio", { name: "Microsoft 365" }).check();
  await expect(page.getByRole("group", { name: "Activity", exact: true }).getByRole("radio", { name: "Usage" })).toBeChecked();
  await goOn(page, "details");
  await fillOldDetails(page, name);
  await page.getByLabel("Customer domain name").fill("adatum.com");
  await goOn(page, "workloads");
  await expect(page.getByRole("checkbox", { name: "Viva Goals" })).toHaveCount(0);
  await page.getByRole("checkbox", { name: "Exchange Online", exact: true }).check();
  await goOn(page, "contacts");
  await expect(page.getByRole("region", { name: "Technical contact at the customer" })).toHaveCount(0);
  await fillContacts(page);
  await goOn(page, "review");
  await addCustomer(page);
  await addProof(page);
  await expect.poll(async () => (await claimOnServer(page.request, server.url, id))?.status).toBe("draft");
  await goOn(page, "submit");
  await expect(page.getByText(/Until the review starts you can still edit/)).toBeVisible();
  await open(page, server.url, `/claims/${id}`);
  await expect(page.getByText("Editing", { exact: true }).first()).toBeVisible();
  await open(page, server.url, `/drafts/${id}/role`);
  await page.getByText("Record an older claim").click();
  await expect(page.getByText("It keeps them", { exact: false })).toBeVisible();
  await open(page, server.url, `/drafts/${id}/submit`);
  await expectSubmitted(page);
  await expect(page.getByText("you get 5 business days to answer")).toBeVisible();
  await expectSubmittedOnce(page, server.url, id, name);
});

test("October 2023: today's form under the names of the time", async ({ page, server }) => {
  const name = claimName("Tailspin advice of 2023");
  await signIn(page, server.url);
  const id = await startDraft(page);
  await chooseEdition(page, OCT_2023);
  await page.getByRole("radio", { name: KINDS.preSales.area }).check();
  await page.getByRole("radio", { name: KINDS.preSales.role }).check();
  await expect(page.getByText("Microsoft Online Service Advisor (OSA)")).toBeVisible();
  await goOn(page, "details");
  await page.getByLabel("Claim name").fill(name);
  await page.getByRole("textbox", { name: "PartnerID" }).fill("4391507");
  await page.getByLabel("Customer tenant ID").fill(crypto.randomUUID());
  await goOn(page, "products");
  await fillProducts(page, KINDS.preSales.products ?? []);
  await goOn(page, "contacts");
  await fillContacts(page);
  await goOn(page, "review");
  await addCustomer(page);
  await addProof(page);
  await goOn(page, "submit");
  await acknowledge(page);
  await expectSubmitted(page);
  await expect(page.getByText("you get 14 business days to answer")).toBeVisible();
  await expectSubmittedOnce(page, server.url, id, name);
});

test("an edition that is left again leaves nothing behind that cannot be seen", async ({ page, server }) => {
  await signIn(page, server.url);
  await startDraft(page);
  await chooseEdition(page, FY20);
  await page.getByRole("radio", { name: "Business Applications" }).check();
  await page.getByRole("radio", { name: "Usage and/or Pre-sales" }).check();
  await page.getByRole("group", { name: "Activities" }).getByRole("checkbox", { name: /^Pre-sales/ }).check();
  await page.getByRole("group", { name: "Rules of" }).getByRole("radio", { name: "Today" }).check();
  await expect(page.getByRole("radio", { name: KINDS.usage.role })).toBeChecked();
  await goOn(page, "details");
});

test("was this valid then? a claim of today lacks what FY20 asked for", async ({ page, server }) => {
  await signIn(page, server.url);
  const id = await startDraft(page);
  await fillToReview(page, KINDS.preSales, claimName("Contoso then and now"));
  await addCustomer(page);
  await addProof(page);
  await expect.poll(async () => (await claimOnServer(page.request, server.url, id))?.status).toBe("draft");
  await open(page, server.url, `/claims/${id}`);
  await page.getByRole("link", { name: "Was this valid then?" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Was this valid then?" })).toBeFocused();

  const table = page.getByRole("table", { name: "Rules and what they say of this claim" });
  await expect(table.getByRole("columnheader")).toHaveText(["Rule", FY20, "Today"]);
  const domain = table.getByRole("row").filter({ hasText: "Customer domain name" });
  await expect(domain.getByRole("cell")).toHaveText([/^Blocks/, /^Does not apply/]);
  const technical = table.getByRole("row").filter({ hasText: "kind" }).or(table.getByRole("row").filter({ hasText: "technical contact" }));
  await expect(technical.first()).toContainText("Blocks");
  await expect(page.getByRole("status").filter({ hasText: /rules? says? something else/ })).toBeVisible();
  await domain.getByText("Why?").click();
  await expect(domain.locator("cite").first()).toBeVisible();

  // Rules that hold everywhere come when they are asked for.
  const before = await table.getByRole("row").count();
  await page.getByRole("checkbox", { name: "Show rules that hold everywhere, too" }).check();
  await expect.poll(() => table.getByRole("row").count()).toBeGreaterThan(before);

  // Another edition is another column; with one alone there is nothing to compare.
  await page.getByRole("checkbox", { name: OCT_2023 }).check();
  await expect(table.getByRole("columnheader")).toHaveText(["Rule", FY20, OCT_2023, "Today"]);
  await page.getByRole("checkbox", { name: OCT_2023 }).uncheck();
  await page.getByRole("checkbox", { name: FY20 }).uncheck();
  await expect(page.getByText("Choose two or more.")).toBeVisible();
  await expect(table).toHaveCount(0);
  expect((await claimOnServer(page.request, server.url, id))?.status).toBe("draft");
});

for (const [language, width] of [["en", 1280], ["en", 320], ["zh-Hant-TW", 1280], ["zh-Hant-TW", 320]] as const) {
  test(`older editions in ${language} at ${width} pixels: nothing for axe, nothing cut off`, async ({ page, server }) => {
    // So high that the bar at the foot of a small screen lies over nothing.
    await page.setViewportSize({ width, height: 6_000 });
    const found: string[] = [];
    const look = async (where: string) => {
      found.push(...(await violations(page, where)));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) found.push(`${where}: ${wide} pixels too wide`);
    };
    await signIn(page, server.url);
    await page.goto(`${server.url}/claims/new`);
    await expect(page).toHaveURL(/\/role/);
    await chooseEdition(page, FY20);
    await page.getByRole("radio", { name: "Business Applications" }).check();
    await page.getByRole("radio", { name: "Usage and/or Pre-sales" }).check();
    await expect(page.getByText(/^Saved on this device/)).toBeVisible();
    const id = /drafts\/([^/]+)/.exec(page.url())?.[1] ?? "";
    await open(page, server.url, `/drafts/${id}/role`, language);
    await page.locator("summary").last().click();
    await expect(page.locator("#edition")).toBeVisible();
    await expect(page.locator("#activity-usage")).toBeVisible();
    await look("role");
    for (const step of ["details", "products", "contacts", "review"]) {
      await open(page, server.url, `/drafts/${id}/${step}`, language);
      await look(step);
    }
    await open(page, server.url, `/claims/${id}/then`, language);
    await expect(page.getByRole("table")).toBeVisible();
    await look("then");
    expect(found).toEqual([]);
  });
}
