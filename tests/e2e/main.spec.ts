// The main job: a claim of each of the four roles, from an empty form to
// Submitted on the server, through whatever happens in between.
import {
  KINDS, acknowledge, addCustomer, addProof, claimName, claimOnServer, expectInTracker, expectSubmittedOnce,
  fillToReview, goOn, signIn, startDraft, submitButton,
} from "./support/claim";
import { readFile } from "node:fs/promises";
import { goOffline } from "./support/pages";
import { expect, test } from "./support/test";

const CONNECTION_LOST = /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED/;

test("use or consume: from an empty form to Submitted", async ({ page, server }) => {
  const name = claimName("Contoso Exchange rollout");
  await signIn(page, server.url);
  const id = await startDraft(page);
  await fillToReview(page, KINDS.use, name);
  await addCustomer(page);
  await expect.poll(async () => (await claimOnServer(page.request, server.url, id))?.status).toBe("draft");
  await addProof(page);
  await goOn(page, "submit");
  await acknowledge(page);
  await submitButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: "Claim submitted" })).toBeVisible();
  await expect(page.getByText(/^Reference CPOR-\d+$/)).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Add to calendar" }).click();
  const calendar = await readFile(await (await download).path(), "utf8");
  expect(calendar).toContain(`SUMMARY:Review should start: ${name}`);
  expect(calendar).toMatch(/DTSTART;VALUE=DATE:\d{8}\r\n/);
  await expectSubmittedOnce(page, server.url, id, name);
  await expectInTracker(page, name);
});

test("pre-sales: a reload on each step loses nothing", async ({ page, server }) => {
  const name = claimName("Adatum advice");
  await signIn(page, server.url);
  const id = await startDraft(page);
  const filled = () => page.getByRole("main").locator("input:not([type=search]):not([type=file]), select, textarea").evaluateAll((controls) =>
    controls.map((control) => {
      const input = control as HTMLInputElement;
      return [input.id, input.type === "radio" || input.type === "checkbox" ? input.checked : input.value];
    }));
  const reload = async () => {
    const [before, url] = [await filled(), page.url()];
    await page.reload();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect.poll(filled).toEqual(before);
    expect(page.url()).toBe(url);
  };
  await fillToReview(page, KINDS.preSales, name, reload);
  await addCustomer(page);
  await addProof(page);
  await reload();
  await expect(page.getByText("statement-of-work.pdf", { exact: true })).toBeVisible();
  await goOn(page, "submit");
  await acknowledge(page);
  await reload();
  await submitButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: "Claim submitted" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Claim submitted" })).toBeVisible();
  await expectSubmittedOnce(page, server.url, id, name);
  await expectInTracker(page, name);
});

test.describe("without a connection", () => {
  test.use({ expectedErrors: [CONNECTION_LOST] });

  test("usage: added and submitted offline, Submitted once when online", async ({ page, context, server }) => {
    const name = claimName("Tailspin usage");
    await signIn(page, server.url);
    const id = await startDraft(page);
    await fillToReview(page, KINDS.usage, name, async (step) => {
      if (step === "details") await goOffline(page);
    });
    await addCustomer(page);
    await addProof(page);
    await goOn(page, "submit");
    await acknowledge(page);
    await submitButton(page).click();
    await expect(page.getByRole("heading", { level: 1, name: "Claim ready to send" })).toBeVisible();
    await expect(page.getByRole("link", { name: /waiting to send/ })).toBeVisible();
    await context.setOffline(false);
    await expect(page.getByRole("heading", { level: 1, name: "Claim submitted" })).toBeVisible({ timeout: 30_000 });
    await expectSubmittedOnce(page, server.url, id, name);
    await expectInTracker(page, name);
  });

  test("revenue: the server restarts in the middle", async ({ page, server }) => {
    const name = claimName("Wingtip revenue");
    await signIn(page, server.url);
    const id = await startDraft(page);
    await fillToReview(page, KINDS.revenue, name, async (step) => {
      if (step === "products") await server.restart();
      if (step === "review") await server.stop();
    });
    await addCustomer(page);
    await addProof(page);
    await server.start();
    await goOn(page, "submit");
    await acknowledge(page);
    await server.stop();
    await submitButton(page).click();
    await expect(page.getByRole("heading", { level: 1, name: "Claim ready to send" })).toBeVisible();
    await server.start();
    await expect(page.getByRole("heading", { level: 1, name: "Claim submitted" })).toBeVisible({ timeout: 40_000 });
    await expectSubmittedOnce(page, server.url, id, name);
    await expectInTracker(page, name);
  });
});
