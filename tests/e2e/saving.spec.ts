// Saving at the last moment, and sending that is heard.
import type { Page } from "@playwright/test";
import {
  KINDS, acknowledge, addCustomer, claimName, fillDetails, fillRole, fillToReview, goOn, pdf, signIn, startDraft,
  submitButton,
} from "./support/claim";
import { expectSaved } from "./support/pages";
import { expect, test } from "./support/test";

for (const moment of ["visibilitychange", "pagehide"]) {
  test(`at ${moment} the last word is saved without waiting`, async ({ page, server }) => {
    const id = await startDraft(page, server.url);
    await fillRole(page, KINDS.use);
    await goOn(page, "details");
    await fillDetails(page, "Contoso");
    await expectSaved(page);
    // All in one go, so that no timer can have saved it in between.
    const kept = await page.getByLabel("Claim name").evaluate((field, { moment, key }) => {
      const holds = () => localStorage.getItem(key)?.includes("Contoso at the last moment") ?? false;
      const input = field as HTMLInputElement;
      input.value = "Contoso at the last moment";
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      const before = holds();
      if (moment === "pagehide") {
        dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
      } else {
        Object.defineProperty(document, "hidden", { value: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }
      return { before, after: holds() };
    }, { moment, key: `cpor.draft.${id}` });
    expect(kept).toEqual({ before: false, after: true });
  });
}

test("what is typed just before another page is opened is there when one comes back", async ({ page, server }) => {
  await startDraft(page, server.url);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await page.getByLabel("Claim name").pressSequentially("Contoso and away");
  await page.goto("about:blank");
  await page.goBack();
  await expect(page.getByLabel("Claim name")).toHaveValue("Contoso and away");
});

test.describe("a large file", () => {
  const NAME = "scan.pdf";

  /** Everything that the live regions say from now on, in order. */
  async function listen(page: Page): Promise<() => Promise<string[]>> {
    await page.evaluate(() => {
      const said: string[] = [];
      Object.assign(globalThis, { said });
      for (const region of document.querySelectorAll("#live-polite, #live-assertive")) {
        const note = () => said.push(region.textContent?.trim() ?? "");
        new MutationObserver(note).observe(region, { subtree: true, childList: true, characterData: true });
      }
    });
    return () => page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
  }

  async function toSubmit(page: Page, url: string): Promise<void> {
    await signIn(page, url);
    await startDraft(page);
    await fillToReview(page, KINDS.use, claimName("Contoso with a scan"));
    await addCustomer(page);
    // Sent in three pieces.
    const buffer = Buffer.concat([pdf(), Buffer.alloc(12_000_000)]);
    await page.getByLabel("Choose files").setInputFiles({ name: NAME, mimeType: "application/pdf", buffer });
    await expect(page.getByRole("list", { name: "Files" }).getByText(NAME, { exact: true })).toBeVisible();
    await goOn(page, "submit");
    await acknowledge(page);
  }

  test("is shown and said while it is sent", async ({ page, server }) => {
    await toSubmit(page, server.url);
    // Each piece waits at the gate until it is let through.
    const gate: (() => void)[] = [];
    await page.route("**/v1/files/*", async (route) => {
      if (route.request().method() === "PATCH") await new Promise<void>((open) => gate.push(open));
      await route.continue();
    });
    const letOneThrough = async () => {
      await expect.poll(() => gate.length).toBe(1);
      gate.shift()?.();
    };
    const said = await listen(page);
    await submitButton(page).click();
    const bar = page.getByRole("progressbar", { name: `Uploading ${NAME}` });
    await expect(bar).toHaveAttribute("value", "0");
    await expect.poll(said).toContain(`Uploading ${NAME}`);
    await letOneThrough();
    await expect(bar).toHaveAttribute("value", "43");
    await expect(page.getByText(`${NAME}: 43% sent`)).toBeVisible();
    await letOneThrough();
    await expect(bar).toHaveAttribute("value", "87");
    await expect.poll(said).toContain(`${NAME}: 87% sent`);
    await letOneThrough();
    await expect.poll(said).toContain(`${NAME} is sent.`);
    await expect(bar).toHaveCount(0);
    await expect(page.getByRole("heading", { level: 1, name: "Claim submitted" })).toBeVisible();
    // Start, half and end, and no chatter between.
    expect((await said()).filter((text) => text.includes(NAME))).toEqual([
      `Uploading ${NAME}`, `${NAME}: 87% sent`, `${NAME} is sent.`,
    ]);
  });

  test.describe("that does not get through", () => {
    test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED/] });

    test("is said, and goes on when it can", async ({ page, server }) => {
      await toSubmit(page, server.url);
      const said = await listen(page);
      await page.route("**/v1/files/*", (route) =>
        route.request().method() === "PATCH" ? route.abort("internetdisconnected") : route.continue());
      await submitButton(page).click();
      await expect.poll(said).toContain(`${NAME} is not sent yet. The outbox says why.`);
      await page.unroute("**/v1/files/*");
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Outbox" }).click();
      // By itself, too, it may have been sent already.
      await expect(async () => {
        const now = page.getByRole("button", { name: "Send now" });
        if (await now.isVisible()) await now.click({ timeout: 1_000 });
        await expect(page.getByText("Nothing waits. The server has everything.")).toBeVisible({ timeout: 3_000 });
      }).toPass();
    });
  });
});
