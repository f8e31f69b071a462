// Every page with something on it, for tests that look at all of them.
import { type Page, expect } from "@playwright/test";
import {
  type Claim, KINDS, type Kind, addCustomer, addProof, claimName, fillToReview, signIn, startDraft, stepsOf,
} from "./claim";

/** Opens a page in a language and waits until it is all there. */
export async function open(page: Page, url: string, path: string, language = "en"): Promise<void> {
  await page.goto(`${url}${path}?lang=${language}`);
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
}

/** Waits until the app opens without a network. */
export async function keptForOffline(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}

/** The network goes, once the app opens without one. */
export async function goOffline(page: Page): Promise<void> {
  await keptForOffline(page);
  await page.context().setOffline(true);
}

/** The button that leads on. */
export function mainButton(page: Page) {
  return page.getByRole("main").locator("button[data-kind=primary]").last();
}

export async function expectSaved(page: Page): Promise<void> {
  await expect(page.getByText(/^Saved on this device/)).toBeVisible();
}

/** A draft in which nothing but its role is chosen; answers its id. */
export async function emptyDraft(page: Page, url: string, kind: Kind): Promise<string> {
  await open(page, url, "/claims");
  const id = await startDraft(page);
  await page.getByRole("radio", { name: kind.area }).check();
  await page.getByRole("radio", { name: kind.role }).check();
  await expectSaved(page);
  return id;
}

/** A claim of the demonstration that was handed in. */
export async function submittedClaim(page: Page, url: string): Promise<string> {
  const reply = await page.request.get(`${url}/v1/changes`);
  const { changes } = (await reply.json()) as { changes: { upsert?: { claim: Claim } }[] };
  const found = changes.find(({ upsert }) => upsert?.claim.status === "submitted");
  if (!found?.upsert) throw new Error("the demonstration has no submitted claim");
  return found.upsert.claim.id;
}

/** Signs in, fills claims of two kinds, and answers the path of every page. */
export async function everyPage(page: Page, url: string): Promise<string[]> {
  await signIn(page, url);
  const submitted = await submittedClaim(page, url);
  const use = await startDraft(page);
  await fillToReview(page, KINDS.use, claimName("Contoso on every page"));
  await addCustomer(page);
  await addProof(page);
  await expectSaved(page);
  await open(page, url, "/claims");
  const revenue = await startDraft(page);
  await fillToReview(page, KINDS.revenue, claimName("Wingtip on every page"));
  await expectSaved(page);
  return [
    "/claims", "/sign-in", "/outbox", "/settings", "/backup", "/no-such-page", "/drafts/no-such-draft/role",
    `/claims/${submitted}`, `/claims/${submitted}/submitted`, `/claims/${use}`,
    ...[...stepsOf(KINDS.use), "proof", "submit"].map((step) => `/drafts/${use}/${step}`),
    ...["products", "revenue", "all"].map((step) => `/drafts/${revenue}/${step}`),
  ];
}
