// What is said aloud without a move of the focus.
import { KINDS, fillRole, goOn, startDraft } from "./support/claim";
import { expect, test } from "./support/test";

test("a step that comes or goes with the role is said once, and the list of steps follows", async ({ page, server }) => {
  await startDraft(page, server.url);
  const steps = page.getByRole("navigation", { name: "Steps" });
  const said = page.locator("#live-polite");
  await fillRole(page, KINDS.use);
  await expect(steps.getByRole("listitem")).toHaveCount(7);
  await page.getByRole("radio", { name: KINDS.preSales.area }).check();
  await expect(said).toContainText("Workloads is not needed for this role.");
  await expect(said).toContainText("Products and subscriptions is needed for this role.");
  await expect(steps.getByText("Workloads", { exact: true })).toHaveCount(0);
  await page.getByRole("radio", { name: KINDS.use.area }).check();
  await expect(said).toContainText("Products and subscriptions is not needed for this role.");
});

test("an error that appears behind the focus stands in a live region that was there before", async ({ page, server }) => {
  await startDraft(page, server.url);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  const field = page.locator(".ca-field").filter({ has: page.getByRole("textbox", { name: "Partner ID" }) });
  const region = field.locator("[aria-live=polite]");
  await expect(region).toHaveText("");
  const before = await region.elementHandle();
  await field.getByRole("textbox").fill("12ab");
  await page.keyboard.press("Tab");
  await expect(region).toHaveText(/^Error: A Partner ID has digits only/);
  // A region that comes together with its text is not read.
  expect(await before?.evaluate((element) => element.isConnected)).toBe(true);
});
