// A tab that the browser put to sleep, or kept beside the history, and that wakes:
// it reads again before it writes.
import type { Page } from "@playwright/test";
import { KINDS, fillDetails, fillRole, goOn, signIn, startDraft } from "./support/claim";
import { Killable } from "./support/killable";
import { expectSaved } from "./support/pages";
import { expect, test } from "./support/test";

const NAME = "Claim name";

function editHere(page: Page) {
  return page.getByRole("button", { name: "Edit here instead" });
}

async function begin(page: Page, name: string): Promise<void> {
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await fillDetails(page, name);
  await expectSaved(page);
}

/** Puts the tab to sleep as the browser does with one that was long out of sight, or wakes it. */
async function sleep(page: Page, state: "frozen" | "active"): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setWebLifecycleState", { state });
  await session.detach();
}

test("of three tabs two sleep, and neither writes over what the third wrote when they wake", async ({ page, context, server }) => {
  await startDraft(page, server.url);
  await begin(page, "Contoso before the sleep");
  const [second, third] = [await context.newPage(), await context.newPage()];
  for (const tab of [second, third]) {
    await tab.goto(page.url());
    await expect(editHere(tab)).toBeVisible();
  }
  // The writer sleeps with words that it has not saved yet.
  await page.getByLabel(NAME).evaluate((field) => {
    const input = field as HTMLInputElement;
    input.value = "Contoso typed last";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  await sleep(page, "frozen");
  await sleep(second, "frozen");
  await editHere(third).click();
  await expect(third.getByLabel(NAME)).toBeEnabled();
  const found = await third.getByLabel(NAME).inputValue();
  expect(["Contoso before the sleep", "Contoso typed last"]).toContain(found);
  await third.getByLabel(NAME).fill("Contoso while they slept");
  await expectSaved(third);

  await sleep(second, "active");
  await expect(second.getByLabel(NAME)).toHaveValue("Contoso while they slept");
  await expect(second.getByLabel(NAME)).toBeDisabled();
  await sleep(page, "active");
  await expect(page.getByLabel(NAME)).toBeDisabled();
  if (found === "Contoso typed last") {
    // It was saved in time, and taken over.
    await expect(page.getByLabel(NAME)).toHaveValue("Contoso while they slept");
  } else {
    // It stays on the screen of the one who typed it, who decides.
    await expect(page.getByLabel(NAME)).toHaveValue("Contoso typed last");
    await expect(page.getByRole("button", { name: "Go on with what was typed here" })).toBeVisible();
  }
  await expect(third.getByLabel(NAME)).toHaveValue("Contoso while they slept");
  await expect(third.getByLabel(NAME)).toBeEnabled();
  await third.reload();
  await expect(third.getByLabel(NAME)).toHaveValue("Contoso while they slept");
});

/** Leaves the app for a page that is not the app. */
async function leave(page: Page, url: string): Promise<void> {
  await page.evaluate(() => addEventListener("pageshow", (event) => Object.assign(window, { wasKept: event.persisted })));
  await page.goto(`${url}/rescue.html`);
}

/** Goes back there, and gives the tab of the page and the others. */
async function goBack(browser: Killable, page: Page): Promise<[Page, Page | undefined]> {
  await page.evaluate(() => {
    sessionStorage.setItem("tab", "first");
    setTimeout(() => history.back());
  });
  for (let look = 0; look < 50; look += 1) {
    const pages = await browser.meetAgain();
    for (const it of pages) {
      const isBack = await it.evaluate(() => sessionStorage.getItem("tab") === "first" && location.pathname !== "/rescue.html");
      if (isBack) return [it, pages.find((other) => other !== it)];
    }
  }
  throw new Error("the page did not come back");
}

/** Whether the page is the one that was left, and not loaded anew. */
function wasKept(page: Page): Promise<boolean | undefined> {
  return page.evaluate(() => (window as unknown as { wasKept?: boolean }).wasKept);
}

test("a page that was left is kept by the browser, and goes on with its last words", async ({ server }) => {
  const browser = await Killable.create();
  try {
    let page = await browser.start();
    await signIn(page, server.url);
    await startDraft(page);
    await begin(page, "Contoso kept");
    await page.getByLabel(NAME).press("End");
    await page.getByLabel(NAME).pressSequentially(" in memory");
    await leave(page, server.url);
    [page] = await goBack(browser, page);
    expect(await wasKept(page)).toBe(true);
    await expect(page.getByLabel(NAME)).toHaveValue("Contoso kept in memory");
    await expect(page.getByLabel(NAME)).toBeEnabled();
    await page.getByLabel(NAME).fill("Contoso kept in memory and beyond");
    await expectSaved(page);
    await page.reload();
    await expect(page.getByLabel(NAME)).toHaveValue("Contoso kept in memory and beyond");
  } finally {
    await browser.remove();
  }
});

test("a page that comes back shows what another tab wrote meanwhile", async ({ server }) => {
  const browser = await Killable.create();
  try {
    let page = await browser.start();
    await signIn(page, server.url);
    await startDraft(page);
    await begin(page, "Contoso in one tab");
    const url = page.url();
    await leave(page, server.url);
    let other: Page | undefined = await page.context().newPage();
    await other.goto(url);
    await expect(other.getByLabel(NAME)).toBeEnabled();
    await other.getByLabel(NAME).fill("Contoso from the other tab");
    await expectSaved(other);

    [page, other] = await goBack(browser, page);
    if (!other) throw new Error("the other tab is gone");
    await expect(page.getByLabel(NAME)).toHaveValue("Contoso from the other tab");
    await expect(page.getByLabel(NAME)).toBeDisabled();
    await editHere(page).click();
    await expect(page.getByLabel(NAME)).toBeEnabled();
    await page.getByLabel(NAME).fill("Contoso once more");
    await expectSaved(page);
    await expect(other.getByLabel(NAME)).toHaveValue("Contoso once more");
  } finally {
    await browser.remove();
  }
});
