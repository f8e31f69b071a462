// What a person does with a claim, step by step, found by role and name.
import { type APIRequestContext, type Page, expect } from "@playwright/test";
import { randomInt, randomUUID } from "node:crypto";
import { isChaotic } from "./chaos";

export const ADMIN = "Incentives admin, Fabrikam Partners";
export const OTHER_ADMIN = "Incentives admin, Northwind Consulting";

/** What is claimed in one of the four roles. */
export interface Kind {
  area: string;
  role: string;
  /** Workloads of Modern Work and Security. */
  workloads?: string[];
  /** Products of Business Applications. */
  products?: string[];
  isRevenue?: boolean;
}

export const KINDS: Record<"use" | "preSales" | "usage" | "revenue", Kind> = {
  use: { area: "Modern Work and Security", role: "Use or consume", workloads: ["Exchange Online", "SharePoint Online"] },
  preSales: { area: "Business Applications", role: "Build intent - Advisor", products: ["Dynamics 365 Sales"] },
  usage: { area: "Business Applications", role: "Usage recognition", products: ["Dynamics 365 Finance", "Dynamics 365 Sales"] },
  revenue: {
    area: "Business Applications", role: "Influenced Revenue recognition",
    products: ["Dynamics 365 Customer Service"], isRevenue: true,
  },
};

/** Steps before the claim is created, in order. */
export function stepsOf(kind: Kind): string[] {
  const middle = kind.workloads ? ["workloads"] : kind.isRevenue ? ["products", "revenue"] : ["products"];
  return ["role", "details", ...middle, "contacts", "review"];
}

/** A small PDF, different each time, so that no two claims share a file. */
export function pdf(): Buffer {
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
  ];
  let text = `%PDF-1.4\n%${randomUUID()}\n`;
  const offsets = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj${object}endobj\n`;
    return at;
  });
  const table = text.length;
  text += `xref\n0 4\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("")}`;
  return Buffer.from(`${text}trailer<</Size 4/Root 1 0 R>>\nstartxref\n${table}\n%%EOF\n`);
}

/** A name that only this claim has. */
export function claimName(about: string): string {
  return `${about} ${randomInt(1_000_000)}`;
}

export async function signIn(page: Page, url: string, account = ADMIN, arrives = "Customer claims"): Promise<void> {
  await page.goto(`${url}/sign-in`);
  const heading = page.getByRole("heading", { level: 1, name: arrives });
  await page.getByRole("button", { name: account, exact: true }).click();
  // Where requests fail on purpose, a person tries again.
  while (isChaotic && !(await heading.waitFor({ timeout: 5_000 }).then(() => true, () => false))) {
    await page.getByRole("button", { name: account, exact: true }).click();
  }
  await expect(heading).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
}

/** Opens a new draft and gives its id. */
export async function startDraft(page: Page, url?: string): Promise<string> {
  if (url) await page.goto(`${url}/claims/new`);
  else await page.getByRole("main").getByRole("link", { name: "Add customer" }).first().click();
  await expect(page).toHaveURL(/\/drafts\/[^/]+\/role/);
  await expect(page.getByRole("heading", { level: 1, name: "What do you claim?" })).toBeVisible();
  return draftId(page);
}

export function draftId(page: Page): string {
  const id = /\/(?:drafts|claims)\/([0-9a-f-]{36})/.exec(page.url())?.[1];
  if (!id) throw new Error(`no draft at ${page.url()}`);
  return id;
}

export async function goOn(page: Page, step: string): Promise<void> {
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/drafts/[^/]+/${step}`));
}

export async function fillRole(page: Page, kind: Kind): Promise<void> {
  await page.getByRole("radio", { name: kind.area }).check();
  await page.getByRole("radio", { name: kind.role }).check();
}

export async function fillDetails(page: Page, name: string): Promise<void> {
  await page.getByLabel("Claim name").fill(name);
  await page.getByRole("textbox", { name: "Partner ID" }).fill("4391507");
  await page.getByLabel("Customer tenant ID").fill(randomUUID());
}

export async function fillWorkloads(page: Page, workloads: string[]): Promise<void> {
  for (const workload of workloads) {
    await page.getByRole("checkbox", { name: workload, exact: true }).check();
  }
}

export async function fillProducts(page: Page, products: string[]): Promise<void> {
  for (const [index, product] of products.entries()) {
    if (index > 0) await page.getByRole("button", { name: "Add another product" }).click();
    const entry = page.getByRole("group", { name: `Product ${index + 1}`, exact: true });
    await entry.getByLabel("Product", { exact: true }).selectOption({ label: product });
    await entry.getByRole("textbox", { name: "Subscription ID" }).fill(randomUUID());
  }
}

export async function fillRevenue(page: Page): Promise<void> {
  await page.getByLabel("Dynamics solution seller name").fill("Alex Seller");
  await page.getByLabel("Customer name").fill("Contoso");
  await page.getByLabel("Name of ISV product/solution").fill("Field Planner");
}

export async function fillContacts(page: Page): Promise<void> {
  const customer = page.getByRole("region", { name: "Customer contact" });
  await customer.getByLabel("Name").fill("Ana Bowman");
  await customer.getByLabel("Title").fill("IT director");
  await customer.getByLabel("Email address").fill("ana@contoso.com");
  const partner = page.getByRole("region", { name: "Your contact" });
  await partner.getByLabel("Name", { exact: true }).fill("Wei Chen");
  await partner.getByLabel("Email address").fill("wei@fabrikam.example");
}

/** Fills one step before the review. */
export async function fillStep(page: Page, step: string, kind: Kind, name: string): Promise<void> {
  if (step === "role") await fillRole(page, kind);
  if (step === "details") await fillDetails(page, name);
  if (step === "workloads") await fillWorkloads(page, kind.workloads ?? []);
  if (step === "products") await fillProducts(page, kind.products ?? []);
  if (step === "revenue") await fillRevenue(page);
  if (step === "contacts") await fillContacts(page);
}

/** From the first step to the review; `after` runs on each filled step. */
export async function fillToReview(
  page: Page, kind: Kind, name: string, after?: (step: string) => Promise<void>,
): Promise<void> {
  const steps = stepsOf(kind);
  for (const [index, step] of steps.entries()) {
    await fillStep(page, step, kind, name);
    await after?.(step);
    const next = steps[index + 1];
    if (next) await goOn(page, next);
  }
}

export async function addCustomer(page: Page): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: "Add customer" }).click();
  await expect(page).toHaveURL(/\/proof/);
  await expect(page.getByRole("heading", { level: 1, name: "Proof of execution" })).toBeVisible();
}

export async function addProof(page: Page, name = "statement-of-work.pdf"): Promise<void> {
  await page.getByLabel("Choose files").setInputFiles({ name, mimeType: "application/pdf", buffer: pdf() });
  await expect(page.getByRole("list", { name: "Files" }).getByText(name, { exact: true })).toBeVisible();
}

export async function acknowledge(page: Page): Promise<void> {
  const boxes = page.getByRole("group", { name: "Acknowledgements" }).getByRole("checkbox");
  await expect(boxes).toHaveCount(3);
  for (const box of await boxes.all()) {
    await expect(box).not.toBeChecked();
    await box.check();
  }
}

export function submitButton(page: Page) {
  return page.getByRole("button", { name: "Submit claim" });
}

export interface Claim {
  id: string;
  status: string;
  reference: string;
  draft: { claim_name: string };
}

interface Entry {
  event: string | Record<string, { to?: string }>;
}

/** The server's own word on a claim. */
export async function claimOnServer(request: APIRequestContext, url: string, id: string): Promise<Claim | undefined> {
  const reply = await request.get(`${url}/v1/claims/${id}`);
  return reply.ok() ? ((await reply.json()) as Claim) : undefined;
}

/** How often the history says that the claim was created, and submitted. */
export async function timesInHistory(
  request: APIRequestContext, url: string, id: string,
): Promise<{ created: number; submitted: number }> {
  const entries = (await (await request.get(`${url}/v1/claims/${id}/history`)).json()) as Entry[];
  const events = entries.map(({ event }) => event);
  return {
    created: events.filter((event) => event === "created").length,
    submitted: events.filter((event) => typeof event === "object" && event["status-changed"]?.to === "submitted").length,
  };
}

/** Waits until the server holds the claim as Submitted, and proves that all happened once. */
export async function expectSubmittedOnce(page: Page, url: string, id: string, name: string): Promise<void> {
  await expect.poll(async () => (await claimOnServer(page.request, url, id))?.status, { timeout: 30_000 }).toBe("submitted");
  expect(await timesInHistory(page.request, url, id)).toEqual({ created: 1, submitted: 1 });
  const reply = await page.request.get(`${url}/v1/changes`);
  expect(reply.ok()).toBe(true);
  expect(((await claimOnServer(page.request, url, id)) as Claim).draft.claim_name).toBe(name);
}

/** The claim stands in the tracker, once, as Submitted. */
export async function expectInTracker(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Customer claims" }).click();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toHaveCount(1);
  await expect(row.getByText("Submitted", { exact: true })).toBeVisible();
}
