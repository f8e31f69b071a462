// axe finds nothing on any page, in any colours and languages; narrow and
// enlarged pages lose nothing; everything works by keyboard.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { KINDS, addCustomer, addProof, claimName, fillToReview, signIn, startDraft } from "./support/claim";
import { expect, test } from "./support/test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const STEPS = ["role", "details", "workloads", "contacts", "review"];
const LANGUAGES = ["en", "zh-Hant-TW", "en-XA"];
const COLOURS = {
  light: { colorScheme: "light", forcedColors: "none" },
  dark: { colorScheme: "dark", forcedColors: "none" },
  forced: { colorScheme: "light", forcedColors: "active" },
} as const;

async function open(page: Page, url: string, path: string, language = "en"): Promise<void> {
  await page.goto(`${url}${path}?lang=${language}`);
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
}

/** What axe finds, as lines that say where. */
async function violations(page: Page, where: string): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${where}: ${id} at ${node.target.join(" ")}`));
}

async function inAllColours(page: Page, where: string): Promise<string[]> {
  const found: string[] = [];
  for (const [name, media] of Object.entries(COLOURS)) {
    await page.emulateMedia(media);
    found.push(...(await violations(page, `${where} ${name}`)));
  }
  await page.emulateMedia({ colorScheme: null, forcedColors: null });
  return found;
}

for (const language of LANGUAGES) {
  test(`axe finds nothing in ${language}`, async ({ page, server }) => {
    test.setTimeout(400_000);
    const found: string[] = [];
    await signIn(page, server.url);
    for (const path of ["/sign-in", "/claims", "/outbox", "/settings"]) {
      await open(page, server.url, path, language);
      found.push(...(await inAllColours(page, `${language} ${path}`)));
    }
    await open(page, server.url, "/claims", "en");
    const empty = await startDraft(page);
    await page.getByRole("radio", { name: KINDS.use.area }).check();
    await expect(page.getByText(/^Saved on this device/)).toBeVisible();
    for (const step of STEPS) {
      await open(page, server.url, `/drafts/${empty}/${step}`, language);
      found.push(...(await violations(page, `${language} ${step} empty`)));
      await page.locator("button[data-kind=primary]").last().click();
      if (step !== "role") found.push(...(await violations(page, `${language} ${step} errors`)));
    }
    await open(page, server.url, "/claims", "en");
    const filled = await startDraft(page);
    await fillToReview(page, KINDS.use, claimName("Contoso for all"));
    await addCustomer(page);
    await addProof(page);
    await expect(page.getByText(/^Saved on this device/)).toBeVisible();
    for (const step of [...STEPS, "proof", "submit"]) {
      await open(page, server.url, `/drafts/${filled}/${step}`, language);
      found.push(...(await inAllColours(page, `${language} ${step} filled`)));
    }
    await open(page, server.url, `/claims/${filled}`, language);
    found.push(...(await inAllColours(page, `${language} claim`)));
    expect(found).toEqual([]);
  });
}

test("at 320 px nothing scrolls sideways, also in long words and with wide spacing", async ({ page, server }) => {
  const wide: string[] = [];
  const check = async (where: string) => {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) wide.push(`${where}: ${over} px`);
  };
  await page.setViewportSize({ width: 320, height: 640 });
  await signIn(page, server.url);
  const id = await startDraft(page);
  await page.getByRole("radio", { name: KINDS.use.area }).check();
  await expect(page.getByText(/^Saved on this device/)).toBeVisible();
  const paths = ["/claims", "/sign-in", "/outbox", "/settings", ...STEPS.map((step) => `/drafts/${id}/${step}`)];
  for (const language of ["en", "en-XA"]) {
    for (const path of paths) {
      await open(page, server.url, path, language);
      await check(`${language} ${path}`);
      await page.evaluate(() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }");
        document.adoptedStyleSheets = [sheet];
      });
      await check(`${language} ${path} wide spacing`);
    }
  }
  expect(wide).toEqual([]);
});

test("the skip link is first and shows its focus and works", async ({ page, server }) => {
  await signIn(page, server.url);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeFocused();
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to main content" });
  await expect(skip).toBeFocused();
  const outline = await skip.evaluate((link) => Number.parseFloat(getComputedStyle(link).outlineWidth));
  expect(outline).toBeGreaterThanOrEqual(2);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});
