// The session ends in the middle of the work.
import { KINDS, addCustomer, claimName, fillToReview, goOn, signIn, startDraft } from "./support/claim";
import { expectSaved, goOffline, keptForOffline } from "./support/pages";
import { expect, test } from "./support/test";

test.use({ expectedErrors: [/status of 40[14]|ERR_INTERNET_DISCONNECTED/] });

test("writing goes on after the session has ended, and one comes back to where one was", async ({ page, context, server }) => {
  await signIn(page, server.url);
  const id = await startDraft(page);
  await fillToReview(page, KINDS.use, claimName("Contoso ended"));
  await addCustomer(page);
  await expect.poll(async () => (await page.request.get(`${server.url}/v1/claims/${id}`)).status()).toBe(200);
  await expect(page.getByText("Everything is sent")).toBeVisible();
  await page.goto(`${server.url}/drafts/${id}/details`);
  await expect(page.getByLabel("Claim name")).not.toHaveValue("");

  // Ended on the server: the cookie that is left opens nothing.
  const [cookie] = await context.cookies();
  if (!cookie) throw new Error("there is no session");
  await context.addCookies([{ ...cookie, value: "0".repeat(cookie.value.length) }]);
  await page.getByLabel("Claim name").fill("Contoso after the end");
  await expectSaved(page);
  for (const step of ["workloads", "contacts", "review"]) await goOn(page, step);
  await page.getByRole("main").getByRole("button", { name: "Add customer" }).click();
  const again = page.getByRole("banner").getByRole("link", { name: "Sign in again" });
  await expect(again).toBeVisible({ timeout: 90_000 });
  await expect(page.getByRole("link", { name: "1 change waiting to send" }).first()).toBeVisible();

  // One comes back to the very field, with what stands in it.
  for (const step of ["review", "contacts"]) {
    await page.goBack();
    await expect(page).toHaveURL(new RegExp(`/${step}$`));
  }
  const contact = page.getByRole("region", { name: "Your contact" }).getByLabel("Name", { exact: true });
  await contact.fill("Half a na");
  await expectSaved(page);
  const here = new URL(page.url()).pathname;
  await again.click();
  await page.getByRole("button", { name: "Incentives admin, Fabrikam Partners" }).click();
  await expect(page).toHaveURL(new RegExp(`${here}$`));
  await expect(contact).toBeFocused();
  await expect(contact).toHaveValue("Half a na");
  await expect.poll(async () => {
    const claim = await (await page.request.get(`${server.url}/v1/claims/${id}`)).json() as { draft?: { claim_name: string } };
    return claim.draft?.claim_name;
  }, { timeout: 30_000 }).toBe("Contoso after the end");
  await expect(again).toHaveCount(0);
});

test("opened without a network, it sends by itself when there is one again", async ({ page, context, server }) => {
  await signIn(page, server.url);
  const id = await startDraft(page);
  await fillToReview(page, KINDS.use, claimName("Contoso opened offline"));
  await keptForOffline(page);
  await page.reload();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);

  await goOffline(page);
  await page.goto(`${server.url}/drafts/${id}/review`);
  await expect(page.getByRole("banner").getByText(/^Offline/)).toBeVisible();
  await expect(page.getByRole("link", { name: "Sign in again" })).toHaveCount(0);
  await page.getByRole("main").getByRole("button", { name: "Add customer" }).click();
  await expect(page.getByRole("link", { name: "1 change waiting to send" }).first()).toBeVisible();

  await context.setOffline(false);
  await expect.poll(async () => (await page.request.get(`${server.url}/v1/claims/${id}`)).status(), { timeout: 30_000 }).toBe(200);
  await expect(page.getByRole("link", { name: /waiting to send/ })).toHaveCount(0);
});
