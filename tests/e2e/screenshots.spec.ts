// Pictures of the screens for the documentation: `cargo xtask screenshots`.
import type { Page } from "@playwright/test";
import { join } from "node:path";
import { KINDS, acknowledge, addCustomer, addProof, fillToReview, goOn, signIn, startDraft, submitButton } from "./support/claim";
import { expect, test } from "./support/test";

const FOLDER = join(import.meta.dirname, "../../docs/screenshots");

async function shot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: "disabled", caret: "hide" });
}

test("the screens", async ({ page, server }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${server.url}/sign-in`);
  await expect(page.getByRole("heading", { name: "Demonstration accounts" })).toBeVisible();
  await shot(page, "sign-in");
  await signIn(page, server.url);
  await expect(page.getByRole("row").nth(5)).toBeVisible();
  await shot(page, "claims");
  await page.emulateMedia({ colorScheme: "dark" });
  await shot(page, "claims-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 320, height: 640 });
  await shot(page, "claims-narrow");
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${server.url}/claims?lang=zh-Hant-TW`);
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hant-TW");
  await expect(page.getByRole("row").nth(5)).toBeVisible();
  await shot(page, "claims-chinese");
  await page.goto(`${server.url}/claims?lang=en`);

  const id = await startDraft(page);
  await fillToReview(page, KINDS.use, "Contoso Exchange rollout", async (step) => {
    await page.evaluate(() => scrollTo(0, 0));
    await shot(page, `wizard-${step}`);
  });
  await addCustomer(page);
  await addProof(page);
  await shot(page, "wizard-proof");
  await goOn(page, "submit");
  await submitButton(page).click();
  await expect(page.getByRole("group", { name: "There is a problem" })).toBeFocused();
  await shot(page, "wizard-errors");
  await acknowledge(page);
  await submitButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: "Claim submitted" })).toBeVisible();
  await shot(page, "submitted");
  await page.goto(`${server.url}/claims/${id}`);
  await expect(page.getByText("Draft → Submitted")).toBeVisible();
  await shot(page, "claim");
  await page.goto(`${server.url}/outbox`);
  await expect(page.getByRole("heading", { level: 1, name: "Outbox" })).toBeVisible();
  await shot(page, "outbox");
});
