// The partner's side of a claim's life: answering reviewers, disputing,
// disassociating, claiming again, and what comes of it without a connection.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { acknowledge, addProof, claimName, draftId, signIn, submitButton } from "./support/claim";
import { Keys } from "./support/keys";
import { Actor, type Ground } from "./support/life";
import { goOffline, open } from "./support/pages";
import { expect, test as base } from "./support/test";

const USER = "Incentives user, Fabrikam Partners";
const CONNECTION_LOST = /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED/;
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const TWO_PRODUCTS = { products: ["finance", "sales"] };
const ONE_WORKLOAD = { workloads: ["exchange-online"] };
const MISSING: Ground[] = [{ ground: "missing-items", item: "sales" }, { ground: "missing-dates" }];
const INSUFFICIENT: Ground[] = [{ ground: "insufficient-proof" }];

interface Cast {
  reviewer: Actor;
  /** Signs in on the page and gives the same person's line to the server. */
  partner: Actor;
}

const test = base.extend<Cast>({
  reviewer: async ({ playwright, server }, use) => {
    const reviewer = await Actor.reviewer(playwright, server.url);
    await use(reviewer);
    await reviewer.request.dispose();
  },
  partner: async ({ page, server }, use) => {
    await signIn(page, server.url);
    await use(Actor.of(page.request, server.url));
  },
});

/** A claim of two products that reviewers sent back. */
async function sentBack({ partner, reviewer }: Cast, name = claimName("Tailspin usage")): Promise<string> {
  const id = await partner.submitted(name, TWO_PRODUCTS);
  await reviewer.decide(id, ["start-review", "request-action"], "Sales is not in the statement of work.", MISSING);
  return id;
}

async function rejected({ partner, reviewer }: Cast, name = claimName("Contoso mail")): Promise<string> {
  const id = await partner.submitted(name, ONE_WORKLOAD);
  await reviewer.decide(id, ["start-review", "reject"], "The work cannot be seen in it.", INSUFFICIENT);
  return id;
}

async function approved({ partner, reviewer }: Cast, name = claimName("Contoso mail")): Promise<string> {
  const id = await partner.submitted(name, ONE_WORKLOAD);
  await reviewer.decide(id, ["start-review", "approve"], "", []);
  return id;
}

/** Opens a claim and waits until the app knows of the status. */
async function openClaim(page: Page, url: string, id: string, status: string): Promise<void> {
  await open(page, url, `/claims/${id}`);
  await expect(page.getByRole("list", { name: "Where the claim stands" }).locator("[aria-current=step]")).toContainText(status);
}

function part(page: Page, name: string) {
  return page.getByRole("region", { name, exact: true });
}

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

test("T5, T7: an answer without one of two products and with another file", async ({ page, server, partner, reviewer }) => {
  const id = await sentBack({ partner, reviewer });
  await openClaim(page, server.url, id, "Partner action required");
  const where = part(page, "Where the claim stands");
  await expect(where).toContainText("Dates are missing or too old");
  await expect(where).toContainText("A claimed workload or product is not named: Dynamics 365 Sales");
  await expect(where).toContainText("Sales is not in the statement of work.");
  await page.getByRole("link", { name: "Answer the reviewers" }).click();
  await expect(heading(page, "Answer the reviewers")).toBeFocused();

  // Each reason leads to what can be changed for it; the rest is there to read.
  const asked = part(page, "What reviewers ask for");
  await expect(asked).toContainText("business days");
  await asked.getByRole("link", { name: "Go to: Files of the proof" }).first().click();
  await expect(page.getByLabel("Choose files")).toBeFocused();
  await asked.getByRole("link", { name: "Go to: Products" }).click();
  const kept = part(page, "What stays as it is");
  await expect(kept).toContainText("Customer tenant ID");
  await expect(kept.getByRole("textbox")).toHaveCount(0);
  await expect(page.getByRole("textbox", { name: "Customer tenant ID" })).toHaveCount(0);

  await page.getByRole("button", { name: "Remove product 2" }).click();
  await expect(page.getByRole("group", { name: "Product 2", exact: true })).toHaveCount(0);
  // One must remain, so there is nothing left to remove it with.
  await expect(page.getByRole("button", { name: /^Remove product/ })).toHaveCount(0);
  await addProof(page, "signed-again.pdf");
  await submitButton(page).click();
  // The acknowledgements are asked for anew.
  await expect(page.getByRole("group", { name: "There is a problem" })).toBeFocused();
  await acknowledge(page);
  await page.getByLabel("Comment for the reviewers").fill("Sales is taken out.");
  await submitButton(page).click();
  await expect(heading(page, "Claim submitted")).toBeVisible({ timeout: 30_000 });

  const claim = await partner.reaches(id, "submitted");
  expect(claim.draft.products.map(({ product }) => product)).toEqual(["finance"]);
  expect(claim.draft.poe_files.map(({ name }) => name)).toEqual(["statement-of-work.pdf", "signed-again.pdf"]);
  expect(claim.draft.comment).toBe("Sales is taken out.");
  // A second round begins with what the server has.
  await reviewer.decide(id, ["start-review", "request-action"], "One date is missing.", [{ ground: "missing-dates" }]);
  await openClaim(page, server.url, id, "Partner action required");
  await page.getByRole("link", { name: "Answer the reviewers" }).click();
  await expect(part(page, "What reviewers ask for")).toContainText("One date is missing.");
  await expect(page.getByRole("group", { name: "Acknowledgements" }).getByRole("checkbox", { checked: true })).toHaveCount(0);
});

test("a reload in the middle of an answer loses nothing, and it can be discarded", async ({ page, server, partner, reviewer }) => {
  const id = await sentBack({ partner, reviewer });
  await open(page, server.url, `/claims/${id}/answer`);
  await page.getByRole("button", { name: "Remove product 1" }).click();
  await part(page, "Customer contact").getByLabel("Name").fill("Ana Bowman-Lee");
  await addProof(page, "appendix.pdf");
  await page.getByLabel("Comment on appendix.pdf").fill("Page 3");
  await expect(page.getByText(/^Saved on this device/)).toBeVisible();
  await page.reload();
  await expect(heading(page, "Answer the reviewers")).toBeVisible();
  await expect(page.getByLabel("Comment on appendix.pdf")).toHaveValue("Page 3");
  await expect(page.getByLabel("Comment on appendix.pdf")).toBeFocused();
  await expect(part(page, "Customer contact").getByLabel("Name")).toHaveValue("Ana Bowman-Lee");
  await expect(page.getByRole("group", { name: "Product 2", exact: true })).toHaveCount(0);

  // The claim itself is what the server has, until the answer is sent.
  await openClaim(page, server.url, id, "Partner action required");
  await expect(page.getByText("You have begun this on this device")).toBeVisible();
  await expect(page.getByRole("main").getByText("Ana Bowman", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Answer the reviewers" }).click();
  await page.getByRole("button", { name: "Discard what I wrote" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard what I wrote" }).click();
  await expect(page.getByText("You have begun this on this device")).toHaveCount(0);
  expect((await partner.claim(id)).status).toBe("partner-action-required");
});

test("an incentives user prepares the answer, and an admin submits it", async ({ page, browser, server, partner, reviewer }) => {
  const id = await sentBack({ partner, reviewer });
  const context = await browser.newContext();
  const theirs = await context.newPage();
  await signIn(theirs, server.url, USER);
  await openClaim(theirs, server.url, id, "Partner action required");
  await expect(theirs.getByText("Submitting: only an Incentives admin can submit.")).toBeVisible();
  await theirs.getByRole("link", { name: "Answer the reviewers" }).click();
  await expect(theirs.getByText("An Incentives admin submits")).toBeVisible();
  await expect(submitButton(theirs)).toHaveCount(0);
  await part(theirs, "Customer contact").getByLabel("Name").fill("Ana Prepared");
  await theirs.getByRole("button", { name: "Save changes" }).click();
  await expect.poll(async () => (await partner.claim(id)).draft.customer_contact.name).toBe("Ana Prepared");
  await context.close();

  await open(page, server.url, `/claims/${id}/answer`);
  await expect(part(page, "Customer contact").getByLabel("Name")).toHaveValue("Ana Prepared");
  await acknowledge(page);
  await submitButton(page).click();
  await partner.reaches(id, "submitted");
});

test("a form follows what somebody else changes, until something is written in it", async ({ page, server, partner, reviewer }) => {
  const id = await partner.submitted(claimName("Adatum of 2021"), TWO_PRODUCTS, "fy21");
  await openClaim(page, server.url, id, "Submitted");
  await page.getByRole("link", { name: "Add files or mend details" }).click();
  await expect(heading(page, "Add to the submitted claim")).toBeVisible();
  const name = part(page, "Customer contact").getByLabel("Name");
  await expect(name).toHaveValue("Ana Bowman");
  await name.focus();
  await partner.edit(id, (draft) => { draft.customer_contact.name = "Ana Prepared"; });
  await expect(name).toHaveValue("Ana Prepared");
  await expect(name).toBeFocused();

  // What is asked, and what one can do, changes with the status.
  await reviewer.decide(id, ["start-review", "request-action"], "Sales is not in the statement of work.", MISSING);
  await expect(heading(page, "Answer the reviewers")).toBeVisible();
  await expect(part(page, "What reviewers ask for")).toContainText("Sales is not in the statement of work.");
  await expect(submitButton(page)).toBeVisible();
  await expect(name).toBeFocused();
  // The notice, and not what is announced.
  const isOutdated = page.getByRole("main").getByText("Somebody else has changed this claim");
  await expect(isOutdated).toHaveCount(0);

  await part(page, "Customer contact").getByLabel("Title").fill("CIO");
  await partner.edit(id, (draft) => { draft.customer_contact.name = "Ana Bowman-Lee"; });
  await expect(isOutdated).toBeVisible();
  await expect(part(page, "Customer contact").getByLabel("Title")).toHaveValue("CIO");
  await expect(part(page, "Customer contact").getByLabel("Title")).toBeFocused();
  await page.getByRole("button", { name: "Start again from the newest version" }).click();
  await expect(name).toHaveValue("Ana Bowman-Lee");
  await expect(part(page, "Customer contact").getByLabel("Title")).toHaveValue("IT director");
  await expect(isOutdated).toHaveCount(0);
});

test("an incentives user sees why dispute and disassociation are not theirs", async ({ page, browser, server, partner, reviewer }) => {
  const disputable = await rejected({ partner, reviewer });
  const associated = await approved({ partner, reviewer });
  const context = await browser.newContext();
  const theirs = await context.newPage();
  await signIn(theirs, server.url, USER);
  await openClaim(theirs, server.url, disputable, "Rejected");
  await expect(theirs.getByText("Disputing: only an Incentives admin can dispute.")).toBeVisible();
  await expect(theirs.getByRole("link", { name: "Dispute this rejection" })).toHaveCount(0);
  await open(theirs, server.url, `/claims/${disputable}/dispute`);
  await expect(theirs.getByText("Disputing: only an Incentives admin can dispute.")).toBeVisible();
  await openClaim(theirs, server.url, associated, "Approved");
  await expect(theirs.getByText("Disassociating: only an Incentives admin can end an association.")).toBeVisible();
  await context.close();
  await openClaim(page, server.url, disputable, "Rejected");
  await expect(page.getByRole("link", { name: "Dispute this rejection" })).toBeVisible();
});

test("T11: a dispute by justification survives a reload, and is possible once", async ({ page, server, partner, reviewer }) => {
  const id = await rejected({ partner, reviewer });
  await openClaim(page, server.url, id, "Rejected");
  await expect(part(page, "Where the claim stands")).toContainText("The proof does not show the work");
  await expect(part(page, "Where the claim stands")).toContainText("Last day to dispute");
  await page.getByRole("link", { name: "Dispute this rejection" }).click();
  await page.getByRole("button", { name: "Dispute this rejection" }).click();
  await expect(page.getByRole("group", { name: "There is a problem" })).toBeFocused();
  await page.getByRole("link", { name: "Say why the rejection is wrong, or add newer proof" }).click();
  const justification = page.getByLabel("Justification");
  await expect(justification).toBeFocused();
  await justification.fill("Page 4 names the work.");
  await expect(page.getByText(/^Saved on this device/)).toBeVisible();
  await page.reload();
  await expect(justification).toHaveValue("Page 4 names the work.");
  await page.getByRole("button", { name: "Dispute this rejection" }).click();
  await partner.reaches(id, "dispute");
  await expect(heading(page, (await partner.claim(id)).draft.claim_name)).toBeVisible();
  await expect(part(page, "Where the claim stands")).toContainText("Page 4 names the work.");
  const claim = await partner.claim(id);
  expect([claim.was_disputed, claim.status_reason, claim.draft.comment]).toEqual([true, "Page 4 names the work.", "As agreed with the customer."]);

  await reviewer.decide(id, ["reject-finally"], "Page 4 is not signed.", INSUFFICIENT);
  await openClaim(page, server.url, id, "Rejected final");
  await expect(page.getByText("This decision is final and cannot be disputed.")).toBeVisible();
  await open(page, server.url, `/claims/${id}/dispute`);
  await expect(page.getByText("Disputing: only a rejected claim can be disputed")).toBeVisible();
});

test("T11, T12, T17: newer proof alone wins a dispute, and there is no second one", async ({ page, server, partner, reviewer }) => {
  const id = await rejected({ partner, reviewer });
  await open(page, server.url, `/claims/${id}/dispute`);
  await expect(page.getByRole("list", { name: "Files" }).getByText("Part of the claim")).toBeVisible();
  await addProof(page, "newer.pdf");
  await page.reload();
  await expect(page.getByRole("list", { name: "Files" }).getByText("newer.pdf", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Dispute this rejection" }).click();
  const disputed = await partner.reaches(id, "dispute");
  expect(disputed.draft.poe_files.map(({ name }) => name)).toEqual(["statement-of-work.pdf", "newer.pdf"]);
  await reviewer.decide(id, ["approve"], "", []);
  await reviewer.decide(id, ["reject"], "Another partner's proof is newer.", [{ ground: "competing-claim" }]);
  await openClaim(page, server.url, id, "Rejected");
  await expect(page.getByText("Disputing: this claim was disputed before, and that is possible once.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Dispute this rejection" })).toHaveCount(0);
  await open(page, server.url, `/claims/${id}/dispute`);
  await expect(page.getByText("Disputing: this claim was disputed before, and that is possible once.")).toBeVisible();
});

test("T10: disassociating asks for a reason, says that it is for good, and does it", async ({ page, server, partner, reviewer }) => {
  const id = await approved({ partner, reviewer });
  await openClaim(page, server.url, id, "Approved");
  await page.locator("summary", { hasText: "Disassociate customer" }).click();
  const button = page.getByRole("main").getByRole("button", { name: "Disassociate customer" });
  await button.click();
  await expect(page.getByText("Say why the association ends")).toBeVisible();
  const reason = page.getByRole("textbox", { name: "Reason" });
  await expect(reason).toBeFocused();
  await reason.fill("The contract ended.");
  await button.click();
  const dialog = page.getByRole("dialog", { name: "Disassociate for good" });
  await expect(dialog).toContainText("cannot be brought back");
  await page.keyboard.press("Escape");
  expect((await partner.claim(id)).status).toBe("approved");
  // What was typed is there again after a reload.
  await page.reload();
  await page.locator("summary", { hasText: "Disassociate customer" }).click();
  await expect(reason).toHaveValue("The contract ended.");
  await button.click();
  await dialog.getByRole("button", { name: "Disassociate customer" }).click();
  const claim = await partner.reaches(id, "rejected-final");
  expect([claim.status_reason, claim.status_grounds]).toEqual(["The contract ended.", [{ ground: "disassociated" }]]);
  const where = part(page, "Where the claim stands");
  await expect(where).toContainText("The partner disassociated the customer");
  await expect(where).toContainText("The contract ended.");
});

test("newer proof is added to an approved claim, which stays approved", async ({ page, server, partner, reviewer }) => {
  const id = await approved({ partner, reviewer });
  await openClaim(page, server.url, id, "Approved");
  await page.getByRole("link", { name: "Add newer proof" }).click();
  await page.getByRole("button", { name: "Add newer proof" }).click();
  await expect(page.getByRole("group", { name: "There is a problem" })).toContainText("Add at least one newer file");
  await expect(page.getByRole("button", { name: "Remove statement-of-work.pdf" })).toHaveCount(0);
  await addProof(page, "newest.pdf");
  await page.getByRole("button", { name: "Add newer proof" }).click();
  await expect.poll(async () => (await partner.claim(id)).draft.poe_files.map(({ name }) => name))
    .toEqual(["statement-of-work.pdf", "newest.pdf"]);
  expect((await partner.claim(id)).status).toBe("approved");
  await openClaim(page, server.url, id, "Approved");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download newest.pdf" }).click();
  expect((await download).suggestedFilename()).toBe("newest.pdf");
  expect((await readFile(await (await download).path(), "latin1")).startsWith("%PDF-1.4")).toBe(true);
});

test("a claim of 2020–21 takes files until its review starts", async ({ page, server, partner }) => {
  const id = await partner.submitted(claimName("Adatum of 2021"), TWO_PRODUCTS, "fy21");
  await openClaim(page, server.url, id, "Submitted");
  await page.getByRole("link", { name: "Add files or mend details" }).click();
  await expect(heading(page, "Add to the submitted claim")).toBeVisible();
  await addProof(page, "milestones.pdf");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect.poll(async () => (await partner.claim(id)).draft.poe_files.map(({ name }) => name))
    .toEqual(["statement-of-work.pdf", "milestones.pdf"]);
  expect((await partner.claim(id)).status).toBe("submitted");
});

for (const [status, code] of [["Rejected", "rejected"], ["Rejected final", "rejected-final"], ["Customer consent denied", "customer-consent-denied"]] as const) {
  test(`T18: claim again from ${status} leaves proof and acknowledgements behind`, async ({ page, server, partner }) => {
    const reply = await partner.request.get(`${server.url}/v1/changes?limit=200`);
    const { changes } = (await reply.json()) as {
      changes: { upsert?: { claim: { id: string; status: string; draft: { claim_name: string; tenant_id: string } } } }[];
    };
    const found = changes.find(({ upsert }) => upsert?.claim.status === code)?.upsert?.claim;
    if (!found) throw new Error(`the demonstration has no claim in ${status}`);
    await openClaim(page, server.url, found.id, status);
    await page.getByRole("link", { name: "Claim again" }).click();
    await expect(page).toHaveURL(/\/drafts\/[^/]+\/role/);
    const copy = draftId(page);
    expect(copy).not.toBe(found.id);
    await open(page, server.url, `/drafts/${copy}/details`);
    await expect(page.getByLabel("Claim name")).toHaveValue(found.draft.claim_name);
    await expect(page.getByLabel("Customer tenant ID")).toHaveValue(found.draft.tenant_id);
    const kept = await page.evaluate((id) => localStorage.getItem(`cpor.draft.${id}`), copy);
    const { draft } = JSON.parse((JSON.parse(kept ?? "{}") as { body: string }).body) as {
      draft: { poe_files?: unknown[]; comment?: string; acknowledgements?: Record<string, boolean> };
    };
    expect(draft.poe_files ?? []).toEqual([]);
    expect(Object.values(draft.acknowledgements ?? {})).not.toContain(true);
  });
}

test("T16: a draft on the server is deleted for good", async ({ page, server, partner }) => {
  const reply = await partner.request.get(`${server.url}/v1/changes?limit=200`);
  const { changes } = (await reply.json()) as { changes: { upsert?: { claim: { id: string; status: string } } }[] };
  const id = changes.find(({ upsert }) => upsert?.claim.status === "draft")?.upsert?.claim.id ?? "";
  await open(page, server.url, `/claims/${id}`);
  await page.getByRole("button", { name: "Delete this claim" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete this claim" }).click();
  await expect(heading(page, "Customer claims")).toBeVisible();
  await expect.poll(async () => (await partner.request.get(`${server.url}/v1/claims/${id}`)).status()).toBe(404);
});

test("usage is drawn and stands in a table; before there is any, data is pending", async ({ page, server, partner, reviewer }) => {
  const reply = await partner.request.get(`${server.url}/v1/changes?limit=200`);
  const { changes } = (await reply.json()) as { changes: { upsert?: { claim: { id: string; status: string } } }[] };
  interface Month { month: string; item: string; seats: number; active_users: number }
  let [id, months] = ["", [] as Month[]];
  for (const { upsert } of changes) {
    if (upsert?.claim.status !== "approved") continue;
    const found = (await (await partner.request.get(`${server.url}/v1/claims/${upsert.claim.id}/usage`)).json()) as Month[];
    if (found.length > months.length) [id, months] = [upsert.claim.id, found];
  }
  expect(months.length).toBeGreaterThan(0);
  await openClaim(page, server.url, id, "Approved");
  const usage = part(page, "Usage");
  const items = new Set(months.map(({ item }) => item));
  await expect(usage.getByRole("img", { name: /^Usage of/ })).toHaveCount(items.size);
  await usage.locator("summary").first().click();
  const first = months.filter(({ item }) => item === months[0]?.item);
  const rows = usage.getByRole("table").first().getByRole("row");
  await expect(rows).toHaveCount(first.length + 1);
  const latest = first.at(-1) as Month;
  await expect(rows.nth(1)).toContainText(String(latest.seats));
  await expect(rows.nth(1)).toContainText(String(latest.active_users));

  const fresh = await approved({ partner, reviewer });
  await openClaim(page, server.url, fresh, "Approved");
  await expect(part(page, "Usage")).toContainText("Data pending");
});

test.describe("without a connection", () => {
  test.use({ expectedErrors: [CONNECTION_LOST] });

  test("an answer is kept, and sent when the connection is back", async ({ page, context, server, partner, reviewer }) => {
    const id = await sentBack({ partner, reviewer });
    await open(page, server.url, `/claims/${id}/answer`);
    await expect(page.getByLabel("Choose files")).toBeVisible();
    await goOffline(page);
    await page.getByRole("button", { name: "Remove product 2" }).click();
    await addProof(page, "offline.pdf");
    await acknowledge(page);
    await submitButton(page).click();
    await expect(heading(page, "Claim ready to send")).toBeVisible();
    await page.getByRole("link", { name: "View this claim" }).click();
    await expect(page.getByText("Changes of this claim wait to be sent.")).toBeVisible();
    await context.setOffline(false);
    const claim = await partner.reaches(id, "submitted");
    expect(claim.draft.products.map(({ product }) => product)).toEqual(["finance"]);
    expect(claim.draft.poe_files.map(({ name }) => name)).toEqual(["statement-of-work.pdf", "offline.pdf"]);
    await expect(page.getByText("Changes of this claim wait to be sent.")).toHaveCount(0);
  });
});

test.describe("refused by the server", () => {
  test.use({ expectedErrors: [new RegExp(`${CONNECTION_LOST.source}|409|412`)] });

  test("a dispute after that of a colleague is refused in words, on the claim and in the outbox", async ({ page, context, server, partner, reviewer }) => {
    const id = await rejected({ partner, reviewer });
    await open(page, server.url, `/claims/${id}/dispute`);
    await page.getByLabel("Justification").fill("Page 4 names the work.");
    await goOffline(page);
    await page.getByRole("button", { name: "Dispute this rejection" }).click();
    await expect(page.getByText("Changes of this claim wait to be sent.")).toBeVisible();
    // A colleague disputes first.
    await partner.act(id, "dispute", { justification: "Mine", files: [] });
    await context.setOffline(false);
    await expect(page.getByText("The server did not take this")).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText(/Somebody else changed this claim/)).toBeVisible();
    await page.getByRole("main").getByRole("link", { name: "Outbox" }).click();
    await expect(page.getByText("Dispute the rejection")).toBeVisible();
    await expect(page.getByText(/Somebody else changed this claim/)).toBeVisible();
    expect((await partner.claim(id)).status_reason).toBe("Mine");
  });
});

test.describe("for everyone", () => {
  const pages = async (cast: Cast) => {
    const [answer, dispute, proof] = [await sentBack(cast), await rejected(cast), await approved(cast)];
    return [`/claims/${answer}/answer`, `/claims/${dispute}/dispute`, `/claims/${proof}/proof`,
      `/claims/${answer}`, `/claims/${dispute}`, `/claims/${proof}`];
  };

  for (const language of ["en", "zh-Hant-TW"]) {
    test(`axe finds nothing in ${language}, in any colours`, async ({ page, server, partner, reviewer }) => {
      const found: string[] = [];
      for (const path of await pages({ partner, reviewer })) {
        await open(page, server.url, path, language);
        const button = page.locator(".ca-wizard__foot button[data-kind=primary]");
        if (await button.count()) await button.click();
        for (const media of [
          { colorScheme: "light", forcedColors: "none" }, { colorScheme: "dark", forcedColors: "none" },
          { colorScheme: "light", forcedColors: "active" },
        ] as const) {
          await page.emulateMedia(media);
          const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(TAGS).analyze();
          found.push(...violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${path} ${JSON.stringify(media)}: ${id} at ${target.join(" ")}`)));
        }
      }
      expect(found).toEqual([]);
    });
  }

  test("320 px lose nothing", async ({ page, server, partner, reviewer }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    for (const path of await pages({ partner, reviewer })) {
      for (const language of ["en", "zh-Hant-TW"]) {
        await open(page, server.url, path, language);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(overflow, `${path} ${language}`).toBe(0);
      }
    }
  });

  test("a dispute by keyboard alone", async ({ page, server, partner, reviewer }) => {
    const id = await rejected({ partner, reviewer });
    const keys = new Keys(page);
    await openClaim(page, server.url, id, "Rejected");
    await keys.pressOn(page.getByRole("link", { name: "Dispute this rejection" }), "Enter");
    await expect(heading(page, "Dispute the rejection")).toBeFocused();
    await keys.type(page.getByLabel("Justification"), "Page 4 names the work.");
    await keys.pressOn(page.getByRole("button", { name: "Dispute this rejection" }), "Enter");
    await partner.reaches(id, "dispute");
  });
});
