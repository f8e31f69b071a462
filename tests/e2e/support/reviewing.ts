// Deciding on the reviewer's pages.
import { type Locator, type Page, expect } from "@playwright/test";

/** A claim, as its page can be told from others. */
export interface Made {
  id: string;
  name: string;
}

/** Opens a claim for its review. */
export async function openCase(page: Page, url: string, { id, name }: Made): Promise<void> {
  await page.goto(`${url}/review/${id}`);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Decision" })).toBeVisible();
}

export const send = (page: Page): Locator => page.getByRole("button", { name: "Send the decision" });

/** Says yes to the question before a decision that ends something. */
export async function confirm(page: Page, decision: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: `${decision}?` });
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: decision, exact: true }).click();
}

export const radio = (page: Page, name: string): Locator => page.getByRole("radio", { name, exact: true });

/** Refuses with a ground and a comment. */
export async function refuse(page: Page, decision: string, ground: string, comment: string): Promise<void> {
  await radio(page, decision).check();
  await page.getByRole("checkbox", { name: ground }).check();
  await page.getByLabel("Comment for the partner").fill(comment);
  await send(page).click();
  await confirm(page, decision);
}

/** A decision that needs nothing but itself. */
export async function decide(page: Page, decision: string, isConfirmed = false): Promise<void> {
  await radio(page, decision).check();
  await send(page).click();
  if (isConfirmed) await confirm(page, decision);
}

export const done = (page: Page, decision: string): Locator =>
  page.getByRole("region", { name: "Decision" }).getByText(`Decided: ${decision}`);
