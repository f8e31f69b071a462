// Enlarged pages: everything is still there, can be reached and is not covered.
// A window of 1280 x 1024 px at 200 % has room for 640 x 512 px of the page, and
// at 400 % for 320 x 256 px.
import {
  KINDS, acknowledge, addCustomer, addProof, claimName, fillToReview, goOn, signIn, startDraft, submitButton,
} from "./support/claim";
import { losses } from "./support/losses";
import { open, submittedClaim } from "./support/pages";
import { expect, test } from "./support/test";

const ZOOMS = { "200 %": { width: 640, height: 512 }, "400 %": { width: 320, height: 256 } };

for (const [zoom, viewport] of Object.entries(ZOOMS)) {
  test.describe(`at ${zoom}`, () => {
    test.use({ viewport });

    test("a claim is written and submitted, and nothing is lost on the way", async ({ page, server }) => {
      const lost: string[] = [];
      const look = async (where: string) => lost.push(...(await losses(page, where)));
      await signIn(page, server.url);
      await startDraft(page);
      await fillToReview(page, KINDS.use, claimName("Contoso enlarged"), look);
      await addCustomer(page);
      await addProof(page);
      await look("proof");
      await goOn(page, "submit");
      await look("submit");
      await submitButton(page).click();
      await expect(page.getByRole("group", { name: "There is a problem" })).toBeFocused();
      await look("submit with errors");
      await acknowledge(page);
      await submitButton(page).click();
      await expect(page.getByRole("heading", { level: 1, name: "Claim submitted" })).toBeVisible();
      await look("submitted");
      expect(lost).toEqual([]);
    });

    test("nothing is lost on the other pages", async ({ page, server }) => {
      const lost: string[] = [];
      await signIn(page, server.url);
      const submitted = await submittedClaim(page, server.url);
      const revenue = await startDraft(page);
      await fillToReview(page, KINDS.revenue, claimName("Wingtip enlarged"), async (step) => {
        if (["products", "revenue"].includes(step)) lost.push(...(await losses(page, step)));
      });
      for (const path of ["/claims", "/sign-in", "/outbox", "/settings", `/claims/${submitted}`, `/drafts/${revenue}/all`]) {
        await open(page, server.url, path);
        lost.push(...(await losses(page, path)));
      }
      expect(lost).toEqual([]);
    });
  });
}
