// Where the focus is: after another page opens, after a reload, in a question
// and after it, and when the control that had it goes away.
import type { Locator, Page } from "@playwright/test";
import {
  KINDS, addCustomer, claimName, fillDetails, fillProducts, fillRole, fillToReview, fillWorkloads, goOn, signIn, startDraft,
} from "./support/claim";
import { Actor } from "./support/life";
import { everyPage, expectSaved, open } from "./support/pages";
import { expect, test } from "./support/test";

const CONNECTION_LOST = /ERR_INTERNET_DISCONNECTED/;

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const rail = (page: Page, name: string) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name });
const scrolled = (page: Page) => page.evaluate(() => Math.round(scrollY));
const isOnNothing = (page: Page) => page.evaluate(() => document.activeElement === document.body);

test.describe("another page", () => {
  // Low enough that each page can be scrolled.
  test.use({ viewport: { width: 1280, height: 400 } });

  test("opens at its top, with the focus on its heading and its own title", async ({ page, server }) => {
    await signIn(page, server.url);
    const arrive = async (heading: string) => {
      await expect(h1(page)).toHaveText(heading);
      await expect(h1(page)).toBeFocused();
      await expect(page).toHaveTitle(new RegExp(`^${heading.replace("?", "\\?")} – .*CPOR Claims$`));
      await expect.poll(() => scrolled(page)).toBe(0);
      // Down again, for the next page to come up from.
      await page.getByRole("contentinfo").scrollIntoViewIfNeeded();
    };
    await expect(page.getByRole("row").nth(5)).toBeVisible();
    await page.getByRole("contentinfo").scrollIntoViewIfNeeded();
    expect(await scrolled(page)).toBeGreaterThan(100);
    await rail(page, "Settings").click();
    await arrive("Settings");
    await rail(page, "Outbox").click();
    await arrive("Outbox");
    await rail(page, "Add customer").click();
    await arrive("What do you claim?");
    await fillRole(page, KINDS.use);
    await goOn(page, "details");
    await arrive("Claim details");
    await fillDetails(page, "Contoso from page to page");
    await goOn(page, "workloads");
    await arrive("Workloads");
    await page.goBack();
    await arrive("Claim details");
    await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name: "Solution area and role" }).click();
    await arrive("What do you claim?");
    await rail(page, "Customer claims").click();
    await arrive("Customer claims");
    await page.getByRole("row").getByRole("link", { name: "Contoso Teams Phone rollout" }).click();
    await arrive("Contoso Teams Phone rollout");
  });

  test("has a title of its own, whatever its address", async ({ page, server }) => {
    const paths = await everyPage(page, server.url);
    const titles = new Map<string, string>();
    for (const path of paths) {
      await open(page, server.url, path);
      // A heading may still change with what the server says; the title goes with it.
      await expect.poll(async () => (await page.title()).includes((await h1(page).textContent()) ?? "–")).toBe(true);
      const title = await page.title();
      expect(titles.get(title), `"${title}" of ${path}`).toBeUndefined();
      titles.set(title, path);
    }
  });
});

test("after a change of page the skip link is still first, and works", async ({ page, server }) => {
  await signIn(page, server.url);
  await rail(page, "Settings").click();
  await expect(h1(page)).toHaveText("Settings");
  await expect(h1(page)).toBeFocused();
  const skip = page.getByRole("link", { name: "Skip to main content" });
  const stops: string[] = [];
  await expect(async () => {
    await page.keyboard.press("Shift+Tab");
    stops.push(await page.evaluate(() => document.activeElement?.textContent ?? ""));
    await expect(skip).toBeFocused({ timeout: 50 });
  }).toPass({ intervals: [0] });
  // Before the heading stand the way out and the name of the app, and no more.
  expect(stops.length).toBeLessThanOrEqual(4);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("radio", { name: "English" })).toBeFocused();
});

test.describe("a reload", () => {
  test.use({ viewport: { width: 1280, height: 500 } });

  test("comes back to the field in focus and to the place on the page", async ({ page, server }) => {
    await startDraft(page, server.url);
    const expectBack = async (control: Locator) => {
      await control.focus();
      // Somewhat aside from where the focus alone would bring it.
      await page.evaluate(() => scrollBy(0, 37));
      const before = await scrolled(page);
      await page.reload();
      await expect(control).toBeFocused();
      await expect.poll(() => scrolled(page)).toBe(before);
      return before;
    };
    await fillRole(page, KINDS.use);
    await expectSaved(page);
    await expectBack(page.getByRole("radio", { name: KINDS.use.role }));
    await goOn(page, "details");
    await fillDetails(page, "Contoso reloaded");
    expect(await expectBack(page.getByLabel("Customer domain name"))).toBeGreaterThan(100);
    await expectBack(page.getByLabel("Claim name"));
    await expectBack(page.getByRole("checkbox", { name: "Opt out of incentive payments" }));
    await goOn(page, "workloads");
    await fillWorkloads(page, ["Exchange Online"]);
    await expectBack(page.getByRole("checkbox", { name: "SharePoint Online", exact: true }));
  });

  test("comes back to the place where nothing has the focus", async ({ page, server }) => {
    await startDraft(page, server.url);
    await fillRole(page, KINDS.use);
    await goOn(page, "details");
    await fillDetails(page, "Contoso scrolled");
    await goOn(page, "workloads");
    await expect(h1(page)).toBeFocused();
    await page.evaluate(() => scrollTo(0, 240));
    expect(await scrolled(page)).toBe(240);
    await page.reload();
    await expect(h1(page)).toHaveText("Workloads");
    await expect.poll(() => scrolled(page)).toBe(240);
  });
});

test.describe("a question", () => {
  test.use({ expectedErrors: [CONNECTION_LOST] });

  /** Opens it by its button, tries to get out of it, and leaves it by Escape. */
  async function expectModal(page: Page, opener: Locator, name: string): Promise<Locator> {
    const dialog = page.getByRole("dialog", { name, exact: true });
    const cancel = dialog.getByRole("button", { name: "Cancel" });
    await expect(dialog).toHaveCount(0);
    await opener.focus();
    await page.keyboard.press("Enter");
    await expect(dialog).toBeVisible();
    await expect(cancel).toBeFocused();
    const visited = new Set<string>();
    for (const key of ["Tab", "Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab"]) {
      await page.keyboard.press(key);
      // The browser's own frame may come between the last button and the first.
      visited.add(await dialog.evaluate((element) => {
        const focused = document.activeElement;
        return element === focused || focused === document.body ? "" : element.contains(focused) ? "inside" : "outside";
      }));
    }
    expect(visited).toContain("inside");
    expect(visited).not.toContain("outside");
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(opener).toBeFocused();
    await opener.click();
    await cancel.click();
    await expect(dialog).toHaveCount(0);
    await expect(opener).toBeFocused();
    return dialog;
  }

  test("keeps the focus, closes on Escape and gives the focus back", async ({ page, server }) => {
    await signIn(page, server.url);
    const id = await startDraft(page);
    await fillToReview(page, KINDS.use, claimName("Contoso with questions"));
    await page.route("**/v1/**", (route) => route.abort("internetdisconnected"));
    await addCustomer(page);
    await expect(page.getByRole("link", { name: "1 change waiting to send" })).toBeVisible();

    await rail(page, "Outbox").click();
    await expect(h1(page)).toHaveText("Outbox");
    const discard = page.getByRole("main").getByRole("button", { name: "Discard" });
    await expectModal(page, discard, "Discard");
    await expect(page.getByRole("listitem").filter({ hasText: "Create the claim" })).toBeVisible();

    const signOut = page.getByRole("banner").getByRole("button", { name: "Sign out" });
    await expectModal(page, signOut, "Sign out");
    await expect(signOut).toBeVisible();

    await page.getByRole("link", { name: "Open the claim" }).click();
    const remove = page.getByRole("main").getByRole("button", { name: "Delete this claim" });
    const dialog = await expectModal(page, remove, "Delete this claim");
    await remove.click();
    await dialog.getByRole("button", { name: "Delete this claim" }).click();
    await expect(h1(page)).toHaveText("Customer claims");
    await expect(h1(page)).toBeFocused();
    await expect(page.getByRole("link", { name: /waiting to send/ })).toHaveCount(0);
    expect(await page.evaluate((key) => localStorage.getItem(key), `cpor.draft.${id}`)).toBeNull();
  });

  test("answered with yes leaves the focus on the page", async ({ page, server }) => {
    await signIn(page, server.url);
    await startDraft(page);
    await fillToReview(page, KINDS.use, claimName("Contoso given up"));
    await page.route("**/v1/**", (route) => route.abort("internetdisconnected"));
    await addCustomer(page);
    await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
    await expect.poll(() => isOnNothing(page)).toBe(false);
  });

  test("that discards what waits leaves the focus on the page", async ({ page, server }) => {
    await signIn(page, server.url);
    await startDraft(page);
    await fillToReview(page, KINDS.use, claimName("Contoso discarded"));
    await page.route("**/v1/**", (route) => route.abort("internetdisconnected"));
    await addCustomer(page);
    await rail(page, "Outbox").click();
    // Once is enough, also while an attempt is under way.
    await page.getByRole("main").getByRole("button", { name: "Discard" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
    await expect(page.getByText("Nothing waits. The server has everything.")).toBeVisible();
    await expect.poll(() => isOnNothing(page)).toBe(false);
  });
});

test.describe("news", () => {
  test.use({ expectedErrors: [CONNECTION_LOST] });

  test("that takes a line away leaves the focus on the page", async ({ page, server }) => {
    await signIn(page, server.url);
    await startDraft(page);
    await fillToReview(page, KINDS.use, claimName("Contoso sent while one looks"));
    await page.route("**/v1/claims/**", (route) => route.abort("internetdisconnected"));
    await addCustomer(page);
    await rail(page, "Outbox").click();
    const link = page.getByRole("main").getByRole("link", { name: "Open the claim" });
    await link.focus();
    await page.unroute("**/v1/claims/**");
    await expect(link).toHaveCount(0, { timeout: 60_000 });
    await expect.poll(() => isOnNothing(page)).toBe(false);
  });

  test("that moves a line leaves the focus on it", async ({ page, server }) => {
    await signIn(page, server.url);
    const actor = Actor.of(page.request, server.url);
    const [first, second] = [claimName("A reordered"), claimName("B reordered")];
    const { id } = await actor.created(first, { workloads: ["exchange-online"] });
    await actor.created(second, { workloads: ["exchange-online"] });
    await page.goto(`${server.url}/claims?sort=name`);
    const names = page.getByRole("main").getByRole("row").filter({ hasText: /[ABC] reordered/ }).getByRole("link");
    await expect(names).toHaveText([first, second]);
    await names.first().focus();
    const moved = claimName("C reordered");
    await actor.edit(id, (draft) => { draft.claim_name = moved; });
    await expect(names).toHaveText([second, moved]);
    await expect(names.last()).toBeFocused();
  });
});

test("a control that goes away when it is pressed leaves the focus on the page", async ({ page, server }) => {
  await signIn(page, server.url);
  const expectGone = async (control: Locator) => {
    await control.focus();
    await page.keyboard.press("Enter");
    await expect(control).toHaveCount(0);
    await expect.poll(() => isOnNothing(page)).toBe(false);
  };
  await page.getByRole("searchbox", { name: "Search claims" }).fill("nothing is named like this");
  await expect(page.getByRole("heading", { name: "No claim matches" })).toBeVisible();
  await expectGone(page.getByRole("main").getByRole("button", { name: "Clear filters" }).last());

  await startDraft(page);
  await fillRole(page, KINDS.usage);
  await goOn(page, "details");
  await fillDetails(page, claimName("Contoso comes and goes"));
  await goOn(page, "products");
  await fillProducts(page, KINDS.usage.products ?? []);
  await expectGone(page.getByRole("button", { name: "Remove product 2" }));
  await goOn(page, "contacts");
  await expectGone(page.getByRole("button", { name: "Use my own name and address" }));
  await expect(page.getByRole("region", { name: "Your contact" }).getByLabel("Email address")).not.toHaveValue("");
  await expectGone(page.getByRole("banner").getByRole("button", { name: "Sign out" }));
});

test("who leaves a field that gets an error goes where they want", async ({ page, server }) => {
  await signIn(page, server.url);
  await startDraft(page);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  const name = page.getByLabel("Claim name");
  const partnerId = page.getByRole("textbox", { name: "Partner ID" });
  const tenant = page.getByLabel("Customer tenant ID");
  const isWrong = (field: Locator) => expect(field).toHaveAttribute("aria-invalid", "true");
  // By pressing another field, …
  await partnerId.click();
  await page.keyboard.type("12ab");
  await name.click();
  await isWrong(partnerId);
  await expect(name).toBeFocused();
  // … by the key, …
  await tenant.click();
  await page.keyboard.type("not an id");
  await page.keyboard.press("Tab");
  await isWrong(tenant);
  await expect(tenant).not.toBeFocused();
  expect(await isOnNothing(page)).toBe(false);
  // … and by pressing nothing.
  await name.click();
  await page.keyboard.type("x".repeat(300));
  await page.getByRole("contentinfo").click();
  await isWrong(name);
  await expect.poll(() => isOnNothing(page)).toBe(true);
});
