// A clock that is wrong, and one that is set while the app runs.
import type { Page } from "@playwright/test";
import {
  KINDS, addCustomer, claimName, claimOnServer, fillDetails, fillRole, fillToReview, goOn, signIn, startDraft, timesInHistory,
} from "./support/claim";
import { expectSaved, open } from "./support/pages";
import { expect, test } from "./support/test";

const DAY = 86_400_000;
const YEAR = 365 * DAY;
const WRONG = /^This device’s clock shows .+; the server’s shows .+\./;

const band = (page: Page) => page.getByRole("banner").getByText(WRONG);

/** Moves the clock of this device, and lets it run on from there. */
async function move(page: Page, byMs: number): Promise<void> {
  await page.evaluate((by) => {
    const world = globalThis as unknown as { moved: number };
    world.moved = (world.moved ?? 0) + by;
  }, byMs);
}

/** A clock that can be moved, while timers run as they do: as when the system's time is set. */
async function movable(page: Page, byMs = 0): Promise<void> {
  await page.addInitScript((by) => {
    const world = globalThis as unknown as { moved: number; Date: DateConstructor };
    world.moved = by;
    const Real = Date;
    const now = () => Real.now() + world.moved;
    world.Date = new Proxy(Real, {
      construct: (target, words) => Reflect.construct(target, words.length === 0 ? [now()] : words),
      get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
    });
  }, byMs);
}

async function newDraft(page: Page, url: string, about: string): Promise<{ id: string; name: string }> {
  await open(page, url, "/claims");
  const id = await startDraft(page);
  const name = claimName(about);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await fillDetails(page, name);
  await expectSaved(page);
  return { id, name };
}

/** The drafts on this device in the order in which they are offered as a file. */
async function listed(page: Page, url: string): Promise<string[]> {
  await open(page, url, "/backup");
  const choices = page.getByRole("combobox").getByRole("option").or(page.getByRole("radio"));
  await expect(choices.first()).toBeAttached();
  return choices.evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).label || one.parentElement?.textContent || ""));
}

for (const [what, by] of [["a day ahead", DAY], ["a year ahead", YEAR], ["a day behind", -DAY], ["a year behind", -YEAR]] as const) {
  test(`a clock that jumps ${what} costs no words and sends nothing twice`, async ({ page, server }) => {
    await movable(page);
    await signIn(page, server.url);
    await expect(band(page)).toHaveCount(0);
    const id = await startDraft(page);
    const name = claimName(`Contoso ${what}`);
    await fillToReview(page, KINDS.use, name, async (step) => {
      if (step === "details") await move(page, by);
    });
    await expectSaved(page);
    expect(await page.evaluate((key) => localStorage.getItem(key), `cpor.draft.${id}`)).toContain(name);
    await addCustomer(page);
    await expect.poll(async () => (await claimOnServer(page.request, server.url, id))?.status, { timeout: 30_000 }).toBe("draft");
    await expect(band(page)).toBeVisible({ timeout: 30_000 });
    // Back again in the middle of writing.
    await move(page, -by);
    await open(page, server.url, `/drafts/${id}/details`);
    await page.getByLabel("Claim name").fill(`${name} corrected`);
    await expectSaved(page);
    await page.reload();
    await expect(page.getByLabel("Claim name")).toHaveValue(`${name} corrected`);
    await expect(band(page)).toHaveCount(0);
    expect(await timesInHistory(page.request, server.url, id)).toEqual({ created: 1, submitted: 0 });
  });
}

test("a clock that was wrong in an earlier visit leaves drafts in a sensible order", async ({ page, context, server }) => {
  const first = await newDraft(page, server.url, "Contoso first");
  const ahead = await context.newPage();
  await movable(ahead, YEAR);
  const wrong = await newDraft(ahead, server.url, "Contoso from next year");
  await ahead.close();
  const last = await newDraft(page, server.url, "Contoso last");
  const names = (await listed(page, server.url)).map((label) => [first, wrong, last].findIndex(({ name }) => label.includes(name)));
  expect(names.filter((index) => index >= 0)).toEqual([2, 0, 1]);
  // Nothing is lost over another visit, whatever the clock says then.
  for (const by of [-YEAR, DAY, 2 * YEAR]) {
    const later = await context.newPage();
    await movable(later, by);
    for (const { id, name } of [first, wrong, last]) {
      await open(later, server.url, `/drafts/${id}/details`);
      await expect(later.getByLabel("Claim name")).toHaveValue(name);
    }
    await later.close();
  }
});

test.describe("with a server in trouble", () => {
  test.use({ expectedErrors: [/status of 503/] });

  test("a clock that is put back makes no wait longer", async ({ page, server }) => {
    await movable(page);
    await signIn(page, server.url);
    const id = await startDraft(page);
    await fillToReview(page, KINDS.use, claimName("Contoso that waits"));
    let refused = 0;
    await page.route(`**/v1/claims/${id}`, (route) => {
      refused += 1;
      return route.fulfill({ status: 503, headers: { "Retry-After": "5" } });
    });
    await addCustomer(page);
    await expect.poll(() => refused).toBeGreaterThan(0);
    await move(page, -YEAR);
    await page.unroute(`**/v1/claims/${id}`);
    await expect.poll(async () => (await claimOnServer(page.request, server.url, id))?.status, { timeout: 45_000 }).toBe("draft");
    expect((await timesInHistory(page.request, server.url, id)).created).toBe(1);
  });
});
