// Static files and no server behind them: the whole job on this device.
import { KINDS, acknowledge, addCustomer, addProof, claimName, fillToReview, goOn, startDraft, submitButton } from "./support/claim";
import { expect, test } from "./support/test";

test("a claim is written, recorded and tracked on this device only", async ({ page, staticServer }) => {
  await page.route("**/config.json", (route) => route.fulfill({ json: { backend: null } }));
  const name = claimName("Contoso on this device");
  await startDraft(page, staticServer.url);
  await expect(page.getByText("This device only").first()).toBeVisible();
  await fillToReview(page, KINDS.use, name);
  await addCustomer(page);
  await addProof(page);
  await goOn(page, "submit");
  await acknowledge(page);
  await submitButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: "Claim recorded" })).toBeVisible();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Outbox" }).click();
  await expect(page.getByText("There is no server behind this app, so nothing has to be sent.")).toBeVisible();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Customer claims" }).click();
  await expect(page.getByRole("row").filter({ hasText: name })).toHaveCount(1);
  await page.reload();
  await page.getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
});
