// A fault stops the program: what was typed is saved first, and the page says so
// and leads back.
import AxeBuilder from "@axe-core/playwright";
import { KINDS, fillRole, goOn, startDraft } from "./support/claim";
import { expect, test } from "./support/test";

test.use({ expectedErrors: [/panicked at|unreachable|broken by an extension|RuntimeError/] });

test("a fault of the program saves what is typed, says so and leads back", async ({ page, server }) => {
  await startDraft(page, server.url);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  const field = page.getByLabel("Claim name");
  await field.fill("Contoso");
  // In one go, so that no timer can have saved it before the fault.
  await field.evaluate((element) => {
    const input = element as HTMLInputElement;
    input.value = "Contoso before the fault";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    // As some extensions do: no part of another page can be made any more.
    Node.prototype.cloneNode = () => { throw new Error("broken by an extension"); };
    const link = document.querySelector<HTMLAnchorElement>("a[href='/settings']");
    link?.click();
  });
  const stopped = page.getByRole("alert").filter({ hasText: "stopped" });
  await expect(stopped).toBeVisible();
  await expect(stopped).toContainText("saved");
  const { violations } = await new AxeBuilder({ page }).include("[role=alert]").analyze();
  expect(violations).toEqual([]);
  const loaded = page.waitForEvent("load");
  await stopped.getByRole("link", { name: "Reload the page" }).click();
  await loaded;
  await expect(stopped).toHaveCount(0);
  const drafts = await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("cpor.draft.")));
  await page.goto(`${server.url}/drafts/${drafts[0]?.slice("cpor.draft.".length)}/details`);
  await expect(page.getByLabel("Claim name")).toHaveValue("Contoso before the fault");
});
