// A claim of each edition from its filing to its end, with the partner, the
// reviewer and the customer side by side, each in a browser of their own.
import type { Browser, Page } from "@playwright/test";
import { claimName, signIn } from "./support/claim";
import { Actor } from "./support/life";
import { open } from "./support/pages";
import { decide, done, openCase, refuse } from "./support/reviewing";
import { expect, test } from "./support/test";

interface Stage {
  url: string;
  id: string;
  name: string;
  partner: Page;
  reviewer: Page;
  customer: Page;
}

interface Mail {
  claim_id: string;
  link: string;
}

async function mailsAbout({ partner, url, id }: Stage): Promise<Mail[]> {
  const reply = await partner.request.get(`${url}/v1/demo/mails`);
  expect(reply.ok()).toBe(true);
  return ((await reply.json()) as Mail[]).filter((mail) => mail.claim_id === id);
}

/** The partner's page of the claim shows the status, without a reload. */
async function partnerSees({ partner }: Stage, status: string): Promise<void> {
  const where = partner.getByRole("list", { name: "Where the claim stands" });
  await expect(where.locator("[aria-current=step]")).toContainText(status, { timeout: 60_000 });
}

async function customerDeclines(stage: Stage): Promise<void> {
  const [mail] = await mailsAbout(stage);
  await stage.customer.goto(mail?.link ?? "there is no mail");
  await stage.customer.getByRole("main").getByRole("button", { name: "Decline" }).click();
  await stage.customer.getByRole("dialog").getByRole("button", { name: "Decline" }).click();
  await expect(stage.customer.getByRole("heading", { level: 1, name: "You have declined" })).toBeVisible();
  await partnerSees(stage, "Customer consent denied");
}

async function disputeIsLost(stage: Stage): Promise<void> {
  const { partner, reviewer } = stage;
  await refuse(reviewer, "Reject", "The proof does not show the work", "Page 2 is blank.");
  await expect(done(reviewer, "Reject")).toBeVisible();
  await partnerSees(stage, "Rejected");
  await partner.getByRole("link", { name: "Dispute this rejection" }).click();
  await partner.getByLabel("Justification").fill("Page 3 names the work.");
  await partner.getByRole("button", { name: "Dispute this rejection" }).click();
  await partnerSees(stage, "Dispute");
  await openCase(reviewer, stage.url, stage);
  await expect(reviewer.getByText("Page 3 names the work.").first()).toBeVisible();
  await refuse(reviewer, "Reject for good", "The proof does not show the work", "Page 3 is not signed.");
  await partnerSees(stage, "Rejected final");
}

async function partnerDisassociates(stage: Stage): Promise<void> {
  const { partner } = stage;
  await partner.locator("summary", { hasText: "Disassociate customer" }).click();
  await partner.getByRole("textbox", { name: "Reason" }).fill("The contract ended.");
  await partner.getByRole("main").getByRole("button", { name: "Disassociate customer" }).click();
  await partner.getByRole("dialog").getByRole("button", { name: "Disassociate customer" }).click();
  await partnerSees(stage, "Rejected final");
}

async function anotherPartnerWins(stage: Stage): Promise<void> {
  await openCase(stage.reviewer, stage.url, stage);
  await refuse(stage.reviewer, "Reject", "Another partner's newer proof decided", "Their proof is of this month.");
  await partnerSees(stage, "Rejected");
}

async function approve(stage: Stage): Promise<void> {
  await decide(stage.reviewer, "Approve", true);
  await expect(done(stage.reviewer, "Approve")).toBeVisible();
  await partnerSees(stage, "Approved");
}

async function newPage(browser: Browser): Promise<Page> {
  return (await browser.newContext()).newPage();
}

const LIVES: { edition: string; told: "submission" | "approval"; ends: (stage: Stage) => Promise<void> }[] = [
  {
    edition: "fy20", told: "approval",
    ends: async (stage) => {
      await approve(stage);
      // Partner Center could not do that yet.
      await expect(stage.partner.locator("summary", { hasText: "Disassociate customer" })).toHaveCount(0);
      await expect.poll(() => mailsAbout(stage)).toHaveLength(1);
      await customerDeclines(stage);
    },
  },
  { edition: "fy21", told: "approval", ends: disputeIsLost },
  {
    edition: "oct2023", told: "submission",
    ends: async (stage) => {
      await approve(stage);
      await partnerDisassociates(stage);
    },
  },
  {
    edition: "current", told: "submission",
    ends: async (stage) => {
      await approve(stage);
      await anotherPartnerWins(stage);
    },
  },
];

for (const { edition, told, ends } of LIVES) {
  test(`a claim of ${edition}: filed, reviewed, ended`, async ({ page, browser, server }) => {
    const url = server.url;
    const name = claimName(`Life in ${edition}`);
    await signIn(page, url);
    const id = await Actor.of(page.request, url).submitted(name, { workloads: ["exchange-online"] }, edition);
    const [reviewer, customer] = [await newPage(browser), await newPage(browser)];
    const stage: Stage = { url, id, name, partner: page, reviewer, customer };
    await expect.poll(() => mailsAbout(stage)).toHaveLength(told === "submission" ? 1 : 0);

    await open(page, url, `/claims/${id}`);
    await partnerSees(stage, "Submitted");
    await reviewer.goto(`${url}/sign-in`);
    await reviewer.getByRole("button", { name: "Reviewer" }).click();
    await expect(reviewer.getByRole("heading", { level: 1, name: "Claims to review" })).toBeVisible();
    await openCase(reviewer, url, stage);
    await decide(reviewer, "Start the review");
    await partnerSees(stage, "Under review");
    await ends(stage);

    const again = page.getByRole("link", { name: /Claim again/ });
    await expect(again).toBeVisible();
    await reviewer.context().close();
    await customer.context().close();
  });
}
