// A virus scanner at the server, which may be away or find something.
import type { Page } from "@playwright/test";
import { inAllColours } from "./support/axe";
import {
  KINDS, acknowledge, addCustomer, addProof, claimName, expectSubmittedOnce, fillToReview, goOn, pdf, signIn, startDraft, submitButton,
} from "./support/claim";
import { Actor } from "./support/life";
import { openCase } from "./support/reviewing";
import { Clamd, EICAR } from "./support/scanner";
import { expect, test as base } from "./support/test";

const INFECTED = "signed-plan.pdf";

const test = base.extend<{ clamd: Clamd; isScanned: boolean }>({
  isScanned: [true, { option: true }],
  clamd: async ({}, use) => {
    const clamd = await Clamd.away();
    await use(clamd);
    await clamd.remove();
  },
  serverArgs: async ({ clamd, isScanned }, use) => use(isScanned ? ["--scanner", clamd.address] : []),
  expectedErrors: [/status of (503|409)/],
});

/** A draft with its proof and all that it takes to hand it in. */
async function drafted(page: Page, url: string, name: string): Promise<string> {
  await signIn(page, url);
  const id = await startDraft(page);
  await fillToReview(page, KINDS.use, name);
  await addCustomer(page);
  await addProof(page);
  return id;
}

async function submit(page: Page): Promise<void> {
  await goOn(page, "submit");
  await acknowledge(page);
  await submitButton(page).click();
}

async function addInfected(page: Page): Promise<void> {
  const buffer = Buffer.concat([pdf(), Buffer.from(`% ${EICAR}\n`)]);
  await page.getByLabel("Choose files").setInputFiles({ name: INFECTED, mimeType: "application/pdf", buffer });
  await expect(page.getByRole("list", { name: "Files" }).getByText(INFECTED, { exact: true })).toBeVisible();
}

test("a claim is handed in once the scanner has seen its files", async ({ page, ownServer, clamd }) => {
  const name = claimName("Contoso unseen");
  const id = await drafted(page, ownServer.url, name);
  await submit(page);
  const main = page.getByRole("main");
  const waits = main.getByText("A virus scanner is still looking at the files.");
  await expect(waits).toBeVisible();
  expect(await inAllColours(page, "waiting for the scanner")).toEqual([]);
  await main.getByRole("link", { name: "View this claim" }).click();
  await expect(waits).toBeVisible();
  await main.getByRole("link", { name: "Outbox" }).click();
  await expect(main.getByText(/A virus scanner is looking at the files\. Next try at/)).toBeVisible();
  await clamd.start();
  await expectSubmittedOnce(page, ownServer.url, id, name);
  await expect(main.getByText(/A virus scanner is looking/)).toHaveCount(0);
});

test("a file in which something was found is named, and the claim goes on without it", async ({ page, ownServer, clamd }) => {
  await clamd.start();
  const name = claimName("Contoso infected");
  const id = await drafted(page, ownServer.url, name);
  await addInfected(page);
  await submit(page);
  const main = page.getByRole("main");
  await expect(main.getByText(/The server did not take the claim/)).toBeVisible();
  await main.getByRole("link", { name: "Outbox" }).click();
  await expect(main.getByText(`A virus scanner found something in the proof (${INFECTED}).`)).toBeVisible();
  expect(await inAllColours(page, "a file in quarantine")).toEqual([]);

  await main.getByRole("link", { name: "Open the claim" }).click();
  await main.getByRole("button", { name: "Add proof and submit" }).click();
  await page.getByRole("list", { name: "Files" }).getByRole("button", { name: new RegExp(`Remove.*${INFECTED}`) }).click();
  await expect(page.getByRole("list", { name: "Files" }).getByText(INFECTED)).toHaveCount(0);
  // What was acknowledged before holds for this proof as well.
  await goOn(page, "submit");
  await submitButton(page).click();
  await expectSubmittedOnce(page, ownServer.url, id, name);
});

test.describe("a scanner that comes later", () => {
  test.use({ isScanned: false });

  test("tells a reviewer why a file is not there", async ({ page, ownServer, clamd, playwright }) => {
    const name = claimName("Contoso late scanner");
    const id = await drafted(page, ownServer.url, name);
    await addInfected(page);
    await submit(page);
    await expectSubmittedOnce(page, ownServer.url, id, name);

    await page.goto(`${ownServer.url}/settings`);
    await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
    await ownServer.restart(["--scanner", clamd.address]);
    await (await Actor.reviewer(playwright, ownServer.url)).review(id, "start-review");
    await signIn(page, ownServer.url, "Reviewer", "Claims to review");
    await openCase(page, ownServer.url, { id, name });
    const main = page.getByRole("main");
    const unseen = main.getByText(/^A virus scanner has not seen .+\.pdf yet\. Try again in a moment\./);
    await expect(unseen).toBeVisible();
    await clamd.start();
    // It is asked for again by itself.
    await expect(main.getByRole("link", { name: "Download" })).toBeVisible({ timeout: 60_000 });
    await expect(unseen).toHaveCount(0);
    await main.getByRole("button", { name: `Show ${INFECTED}` }).first().click();
    await expect(main.getByText(`A virus scanner found something in ${INFECTED}. It is given to nobody.`)).toBeVisible({ timeout: 60_000 });
  });
});
