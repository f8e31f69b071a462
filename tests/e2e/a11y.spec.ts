// axe finds nothing on any page, in any colours and languages; narrow and
// enlarged pages lose nothing; everything works by keyboard.
import type { Page } from "@playwright/test";
import { inAllColours, violations } from "./support/axe";
import { KINDS, addCustomer, addProof, claimName, fillToReview, signIn, startDraft } from "./support/claim";
import { emptyDraft, expectSaved, mainButton, open, submittedClaim } from "./support/pages";
import { expect, test } from "./support/test";

const STEPS = ["role", "details", "workloads", "contacts", "review"];
const LANGUAGES = ["en", "zh-Hant-TW", "en-XA"];

for (const language of LANGUAGES) {
  test(`axe finds nothing in ${language}`, async ({ page, server }) => {
    test.setTimeout(400_000);
    const found: string[] = [];
    await signIn(page, server.url);
    for (const path of ["/sign-in", "/claims", "/outbox", "/settings"]) {
      await open(page, server.url, path, language);
      found.push(...(await inAllColours(page, `${language} ${path}`)));
    }
    const empty = await emptyDraft(page, server.url, KINDS.use);
    for (const step of STEPS) {
      await open(page, server.url, `/drafts/${empty}/${step}`, language);
      found.push(...(await violations(page, `${language} ${step} empty`)));
      await mainButton(page).click();
      if (step !== "role") found.push(...(await violations(page, `${language} ${step} errors`)));
    }
    await open(page, server.url, "/claims", "en");
    const filled = await startDraft(page);
    await fillToReview(page, KINDS.use, claimName("Contoso for all"));
    await addCustomer(page);
    await addProof(page);
    await expectSaved(page);
    for (const step of [...STEPS, "proof", "submit"]) {
      await open(page, server.url, `/drafts/${filled}/${step}`, language);
      found.push(...(await inAllColours(page, `${language} ${step} filled`)));
    }
    await open(page, server.url, `/claims/${filled}`, language);
    found.push(...(await inAllColours(page, `${language} claim`)));
    const submitted = await submittedClaim(page, server.url);
    for (const path of [`/claims/${submitted}`, `/claims/${submitted}/submitted`]) {
      await open(page, server.url, path, language);
      found.push(...(await inAllColours(page, `${language} ${path}`)));
    }
    expect(found).toEqual([]);
  });
}

test("axe finds nothing on products and revenue, empty, wrong and filled", async ({ page, server }) => {
  const found: string[] = [];
  await signIn(page, server.url);
  const empty = await emptyDraft(page, server.url, KINDS.revenue);
  for (const step of ["products", "revenue"]) {
    await open(page, server.url, `/drafts/${empty}/${step}`);
    found.push(...(await violations(page, `${step} empty`)));
  }
  await open(page, server.url, "/claims");
  const filled = await startDraft(page);
  await fillToReview(page, KINDS.revenue, claimName("Wingtip for all"));
  await expectSaved(page);
  for (const language of LANGUAGES) {
    for (const step of ["products", "revenue", "all"]) {
      await open(page, server.url, `/drafts/${filled}/${step}`, language);
      // Colours are the same in every language.
      const look = language === "en" ? inAllColours : violations;
      found.push(...(await look(page, `${language} ${step} filled`)));
    }
  }
  expect(found).toEqual([]);
});

test("axe finds nothing wrong with errors, in all colours", async ({ page, server }) => {
  const found: string[] = [];
  const wrong = async (where: string) => {
    await mainButton(page).click();
    await expect(page.getByRole("group", { name: "There is a problem" })).toBeFocused();
    found.push(...(await inAllColours(page, `${where} with errors`)));
  };
  await signIn(page, server.url);
  await startDraft(page);
  await wrong("role");
  for (const [kind, steps] of [
    [KINDS.use, ["details", "workloads", "contacts", "review"]],
    [KINDS.revenue, ["products", "revenue", "all"]],
  ] as const) {
    const id = await emptyDraft(page, server.url, kind);
    for (const step of steps) {
      await open(page, server.url, `/drafts/${id}/${step}`);
      await wrong(step);
    }
  }
  await open(page, server.url, "/claims");
  await startDraft(page);
  await fillToReview(page, KINDS.use, claimName("Contoso not acknowledged"));
  await addCustomer(page);
  await wrong("proof");
  await page.getByLabel("Choose files").setInputFiles({ name: "program.exe", mimeType: "application/x-msdownload", buffer: Buffer.from("MZ") });
  await expect(page.getByRole("main").getByText(/^program\.exe was not added/)).toBeVisible();
  found.push(...(await inAllColours(page, "proof with a refused file")));
  await addProof(page);
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Acknowledge and submit" })).toBeVisible();
  await wrong("submit");
  expect(found).toEqual([]);
});

test("at 320 px nothing scrolls sideways, also in long words and with wide spacing", async ({ page, server }) => {
  const wide: string[] = [];
  const check = async (where: string) => {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) wide.push(`${where}: ${over} px`);
  };
  await page.setViewportSize({ width: 320, height: 640 });
  await signIn(page, server.url);
  const id = await emptyDraft(page, server.url, KINDS.use);
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
