// Text of twice the size, as set in the browser: nothing is lost.
import { KINDS, addCustomer, addProof, claimName, fillToReview, goOn, signIn, startDraft } from "./support/claim";
import { losses } from "./support/losses";
import { open, submittedClaim } from "./support/pages";
import { expect, test } from "./support/test";

test.use({
  viewport: { width: 1280, height: 1024 },
  launchOptions: [async ({ launchOptions }, use) => {
    const args = [...(launchOptions.args ?? []), "--blink-settings=defaultFontSize=32"];
    await use({ ...launchOptions, args });
  }, { scope: "worker" }],
});

test("nothing is lost on any page", async ({ page, server }) => {
  const size = await page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
  expect(size).toBe("32px");
  const lost: string[] = [];
  await signIn(page, server.url);
  const submitted = await submittedClaim(page, server.url);
  for (const kind of [KINDS.use, KINDS.revenue]) {
    await open(page, server.url, "/claims");
    await startDraft(page);
    await fillToReview(page, kind, claimName("Contoso in large type"), async (step) => {
      lost.push(...(await losses(page, step)));
    });
  }
  await addCustomer(page);
  await addProof(page);
  lost.push(...(await losses(page, "proof")));
  await goOn(page, "submit");
  lost.push(...(await losses(page, "submit")));
  for (const path of ["/claims", "/sign-in", "/outbox", "/settings", `/claims/${submitted}`, `/claims/${submitted}/submitted`]) {
    await open(page, server.url, path);
    lost.push(...(await losses(page, path)));
  }
  expect(lost).toEqual([]);
});
