// The reviewer's queue and decisions, with the partner looking on.
import AxeBuilder from "@axe-core/playwright";
import type { APIRequestContext, Browser, Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { ADMIN, OTHER_ADMIN, claimName, claimOnServer, pdf, signIn } from "./support/claim";
import { REQUEST_FAILED, isChaotic, spare } from "./support/chaos";
import { Keys } from "./support/keys";
import { type Made, confirm, done, openCase, radio, refuse, send } from "./support/reviewing";
import { goOffline } from "./support/pages";
import { expect, test } from "./support/test";

const REVIEWER = "Reviewer";
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The smallest PNG there is: one pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64",
);

interface File { name: string; type: string; bytes: Buffer; on: string }
/** Errors of browsers that are no page of the fixture; a test that causes some says so. */
let errors: string[] = [];
test.beforeEach(() => { errors = []; });
test.afterEach(({ expectedErrors }) => {
  const known = isChaotic ? [...expectedErrors, REQUEST_FAILED] : expectedErrors;
  expect(errors.filter((error) => !known.some((one) => one.test(error)))).toEqual([]);
});

/** A person in a browser of their own. */
async function person(browser: Browser, url: string, account: string): Promise<Page> {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
  });
  context.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  context.on("weberror", (error) => errors.push(String(error.error())));
  spare(context.request);
  const page = await context.newPage();
  await signIn(page, url, account, account === REVIEWER ? "Claims to review" : "Customer claims");
  return page;
}

async function sha256(bytes: Buffer): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(bytes));
  return Buffer.from(digest).toString("hex");
}

/** The day so many days ago, as it is typed. */
function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

const proof = (days = 30): File => ({ name: "statement.pdf", type: "application/pdf", bytes: pdf(), on: daysAgo(days) });

/** Hands a claim in by the protocol, as the partner of this request. */
async function handIn(
  request: APIRequestContext, url: string, about: string,
  { tenant = randomUUID(), workloads = ["teams-phone", "intune"], files = [proof()], partnerId = "4391507" } = {},
): Promise<Made> {
  const change = () => ({ "x-cpor": "1", "idempotency-key": randomUUID() });
  const [id, name] = [randomUUID(), claimName(about)];
  const poe = [];
  for (const file of files) {
    const sum = await sha256(file.bytes);
    poe.push({ sha256: sum, name: file.name, size_bytes: file.bytes.length, media_type: file.type, comment: "", acknowledged_on: file.on });
    const metadata = [["filename", file.name], ["sha256", sum]].map(([key = "", text = ""]) => `${key} ${Buffer.from(text).toString("base64")}`);
    const tus = { ...change(), "tus-resumable": "1.0.0" };
    const begun = await request.post(`${url}/v1/files`, {
      headers: { ...tus, "upload-length": String(file.bytes.length), "upload-metadata": metadata.join(",") },
    });
    expect(begun.status(), await begun.text()).toBe(201);
    const sent = await request.patch(new URL(begun.headers().location ?? "", url).href, {
      headers: { ...tus, "upload-offset": "0", "content-type": "application/offset+octet-stream" }, data: file.bytes,
    });
    expect(sent.status(), await sent.text()).toBe(204);
  }
  const draft = {
    edition: "current", solution_area: "modern-work-and-security", partner_role: "use-or-consume",
    claim_name: name, partner_id: partnerId, tenant_id: tenant, workloads,
    customer_contact: { name: "Ana Bowman", title: "IT director", email: "ana@contoso.com" },
    partner_contact: { name: "Wei Chen", email: "wei@fabrikam.example" },
    poe_files: poe, poe_names_items: workloads,
    acknowledgements: { proof_is_genuine: true, customer_is_informed: true, editing_ends: true },
  };
  const made = await request.put(`${url}/v1/claims/${id}`, { headers: { ...change(), "if-none-match": "*" }, data: { draft } });
  expect(made.ok(), await made.text()).toBe(true);
  const { rulesets } = (await (await request.get(`${url}/v1/backend`)).json()) as { rulesets: string[] };
  const submitted = await request.post(`${url}/v1/claims/${id}/submit`, {
    headers: { ...change(), "if-match": made.headers().etag ?? "" },
    data: { ruleset: rulesets[0], manifest: poe.map((file) => file.sha256) },
  });
  expect(submitted.ok(), await submitted.text()).toBe(true);
  return { id, name };
}

/** Does something to a claim by the protocol. */
async function act(request: APIRequestContext, url: string, id: string, what: string, data: object): Promise<void> {
  const claim = await request.get(`${url}/v1/claims/${id}`);
  const headers = { "x-cpor": "1", "idempotency-key": randomUUID(), "if-match": claim.headers().etag ?? "" };
  const reply = await request.post(`${url}/v1/claims/${id}/${what}`, { headers, data });
  expect(reply.ok(), await reply.text()).toBe(true);
}

async function ask(page: Page, comment: string): Promise<void> {
  await radio(page, "Ask the partner for more").check();
  await page.getByRole("checkbox", { name: "Dates are missing or too old" }).check();
  await page.getByRole("checkbox", { name: "A claimed workload or product is not named" }).check();
  const items = page.getByRole("group", { name: /not named: which ones/ });
  await items.getByRole("checkbox").first().check();
  await expect(page.getByText("The partner then has 14 business days to answer.")).toBeVisible();
  await page.getByLabel("Comment for the partner").fill(comment);
  await send(page).click();
}

/** The partner's own page shows the status. */
async function partnerSees(partner: Page, url: string, { id, name }: Made, status: string): Promise<void> {
  await partner.goto(`${url}/claims/${id}`);
  await expect(partner.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(partner.locator("[aria-current=step]")).toContainText(status);
}

async function statusOf(page: Page, url: string, id: string): Promise<string | undefined> {
  return (await claimOnServer(page.request, url, id))?.status;
}

test.describe("each decision once, and the partner sees it", () => {
  let partner: Page;
  let reviewer: Page;

  test.beforeEach(async ({ browser, server }) => {
    partner = await person(browser, server.url, ADMIN);
    reviewer = await person(browser, server.url, REVIEWER);
  });
  test.afterEach(async () => {
    await partner.context().close();
    await reviewer.context().close();
  });

  test("start the review, then approve; or approve at once", async ({ server: { url } }) => {
    const claim = await handIn(partner.request, url, "Contoso to approve");
    await openCase(reviewer, url, claim);
    await expect(reviewer.getByText("You act next.")).toBeVisible();
    await radio(reviewer, "Start the review").check();
    await send(reviewer).click();
    // The form is there at once for what comes next.
    await expect(radio(reviewer, "Ask the partner for more")).toBeVisible();
    await partnerSees(partner, url, claim, "Under review");
    await radio(reviewer, "Approve").check();
    await send(reviewer).click();
    await confirm(reviewer, "Approve");
    await expect(done(reviewer, "Approve")).toBeVisible();
    await partnerSees(partner, url, claim, "Approved");
    await reviewer.getByRole("link", { name: /^Next claim:/ }).click();
    await expect(reviewer).toHaveURL(/\/review\/[0-9a-f-]{36}$/);
    await expect(reviewer).not.toHaveURL(new RegExp(claim.id));
    await expect(reviewer.getByRole("heading", { level: 1 })).toBeFocused();

    const other = await handIn(partner.request, url, "Contoso not flagged");
    await openCase(reviewer, url, other);
    await radio(reviewer, "Approve").check();
    await send(reviewer).click();
    await confirm(reviewer, "Approve");
    await expect(done(reviewer, "Approve")).toBeVisible();
    await partnerSees(partner, url, other, "Approved");
  });

  test("ask for more, with grounds about one item", async ({ server: { url } }) => {
    const claim = await handIn(partner.request, url, "Contoso lacks dates");
    await act(reviewer.request, url, claim.id, "review", { action: "start-review" });
    await openCase(reviewer, url, claim);
    await ask(reviewer, "Page 2 has no date.");
    await expect(done(reviewer, "Ask the partner for more")).toBeVisible();
    await partnerSees(partner, url, claim, "Partner action required");
    await expect(partner.getByText(/Page 2 has no date\./).first()).toBeVisible();
    const record = (await (await partner.request.get(`${url}/v1/claims/${claim.id}`)).json()) as { status_grounds: object[] };
    expect(record.status_grounds).toEqual(expect.arrayContaining([
      { ground: "missing-dates" }, { ground: "missing-items", item: "teams-phone" },
    ]));
    expect(record.status_grounds).toHaveLength(2);
  });

  test("reject after the review, and on the partner's request before it", async ({ server: { url } }) => {
    const claim = await handIn(partner.request, url, "Contoso to reject");
    await act(reviewer.request, url, claim.id, "review", { action: "start-review" });
    await openCase(reviewer, url, claim);
    await refuse(reviewer, "Reject", "The proof does not show the work", "The statement names another customer.");
    await expect(done(reviewer, "Reject")).toBeVisible();
    await partnerSees(partner, url, claim, "Rejected");

    const mistake = await handIn(partner.request, url, "Contoso by mistake");
    await openCase(reviewer, url, mistake);
    await refuse(reviewer, "Reject", "The partner asked for it", "As you asked in your comment.");
    await expect(done(reviewer, "Reject")).toBeVisible();
    await partnerSees(partner, url, mistake, "Rejected");
  });

  for (const [decision, status] of [
    ["Approve", "Approved"], ["Reject for good", "Rejected final"],
    ["Take up the review again", "Under review"], ["Ask the partner for more", "Partner action required"],
  ] as const) {
    test(`a dispute: ${decision}`, async ({ server: { url } }) => {
      const claim = await handIn(partner.request, url, "Contoso disputed");
      await act(reviewer.request, url, claim.id, "review", { action: "start-review" });
      await act(reviewer.request, url, claim.id, "review", {
        action: "reject", reason: "No dates.", grounds: [{ ground: "insufficient-proof" }],
      });
      await act(partner.request, url, claim.id, "dispute", { justification: "The date is on page 3." });
      await openCase(reviewer, url, claim);
      await expect(reviewer.getByText(/The date is on page 3\./).first()).toBeVisible();
      await expect(reviewer.getByText("Reject: only for a claim in Submitted, Under review, Partner action required, Approved")).toBeVisible();
      if (decision === "Ask the partner for more") await ask(reviewer, "Show us page 3.");
      else if (decision === "Reject for good") await refuse(reviewer, decision, "The proof does not show the work", "Page 3 is missing.");
      else {
        await radio(reviewer, decision).check();
        await send(reviewer).click();
        if (decision === "Approve") await confirm(reviewer, decision);
      }
      await expect(done(reviewer, decision)).toBeVisible();
      await partnerSees(partner, url, claim, status);
    });
  }

  test("news of the claim take nothing from what is being decided", async ({ server: { url } }) => {
    const claim = await handIn(partner.request, url, "Contoso with news");
    await openCase(reviewer, url, claim);
    await send(reviewer).click();
    const summary = reviewer.getByRole("group", { name: "There is a problem" });
    await expect(summary).toBeFocused();
    await expect(radio(reviewer, "Start the review")).toBeVisible();
    await act(reviewer.request, url, claim.id, "review", { action: "start-review" });
    await expect(radio(reviewer, "Start the review")).toHaveCount(0);
    await expect(summary).toBeFocused();
    await expect(summary.getByRole("link")).toHaveText(["Choose a decision"]);
    // What was the first decision is none any more.
    await summary.getByRole("link").click();
    await expect(reviewer.getByRole("radio").first()).toBeFocused();
  });

  test("a choice that goes with the focus leaves it where one was", async ({ server: { url } }) => {
    const claim = await handIn(partner.request, url, "Contoso with a choice less");
    await openCase(reviewer, url, claim);
    await radio(reviewer, "Start the review").focus();
    await act(reviewer.request, url, claim.id, "review", { action: "start-review" });
    await expect(radio(reviewer, "Start the review")).toHaveCount(0);
    await expect(reviewer.getByRole("group", { name: "What do you decide?" })).toBeFocused();
    await reviewer.keyboard.press("Tab");
    await expect(reviewer.getByRole("radio").first()).toBeFocused();
  });

  test("what is missing is said at its field and in a summary, and a reload keeps the rest", async ({ server: { url } }) => {
    const claim = await handIn(partner.request, url, "Contoso half written");
    await act(reviewer.request, url, claim.id, "review", { action: "start-review" });
    await openCase(reviewer, url, claim);
    await send(reviewer).click();
    const summary = reviewer.getByRole("group", { name: "There is a problem" });
    await expect(summary).toBeFocused();
    await summary.getByRole("link", { name: "Choose a decision" }).click();
    await expect(reviewer.getByRole("radio").first()).toBeFocused();
    await radio(reviewer, "Ask the partner for more").check();
    await reviewer.getByRole("checkbox", { name: "A claimed workload or product is not named" }).check();
    await send(reviewer).click();
    await expect(summary.getByRole("link")).toHaveText(["Choose at least one workload or product", "Tell the partner why, in a few words"]);
    await summary.getByRole("link", { name: "Tell the partner why" }).click();
    const comment = reviewer.getByLabel("Comment for the partner");
    await expect(comment).toBeFocused();
    await comment.fill("Name Intune on");
    await expect(summary.getByRole("link")).toHaveCount(1);
    await reviewer.getByRole("checkbox", { name: "The customer signed, or acknowledged it otherwise" }).check();

    await reviewer.reload();
    await expect(comment).toHaveValue("Name Intune on");
    await expect(radio(reviewer, "Ask the partner for more")).toBeChecked();
    await expect(reviewer.getByRole("checkbox", { name: "A claimed workload or product is not named" })).toBeChecked();
    await expect(reviewer.getByRole("checkbox", { name: "The customer signed, or acknowledged it otherwise" })).toBeChecked();
    await expect(reviewer.getByText(/^1 of 6 ticked/)).toBeVisible();
    expect(await statusOf(reviewer, url, claim.id)).toBe("under-review");
  });

  test("the proof stands beside the claim: PDF and picture shown, others offered", async ({ server: { url } }) => {
    const files = [
      proof(30),
      { name: "signature.png", type: "image/png", bytes: PNG, on: "" },
    ];
    const claim = await handIn(partner.request, url, "Contoso with files", { files });
    await openCase(reviewer, url, claim);
    const frame = reviewer.getByTitle("Content of statement.pdf");
    await expect(frame).toHaveAttribute("src", /^blob:/);
    await expect(reviewer.getByText(/^Acknowledged on .*: less than a month|^Acknowledged on .*: 1 month|^Acknowledged on/).first()).toBeVisible();
    await expect(reviewer.getByRole("link", { name: "Open in a new tab" })).toHaveAttribute("href", /^blob:/);
    const [download] = await Promise.all([
      reviewer.waitForEvent("download"), reviewer.getByRole("link", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("statement.pdf");
    await reviewer.getByRole("button", { name: "Show signature.png" }).click();
    const picture = reviewer.getByRole("img", { name: "Content of signature.png" });
    await expect(picture).toBeVisible();
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
    await expect(frame).toHaveCount(0);
  });

  test("competing claims stand side by side, the most recent proof marked", async ({ browser, server: { url } }) => {
    const rival = await person(browser, url, OTHER_ADMIN);
    try {
      const tenant = randomUUID();
      const ours = await handIn(partner.request, url, "Contoso ours", { tenant, files: [proof(200)] });
      const theirs = await handIn(rival.request, url, "Contoso theirs", {
        tenant, workloads: ["intune"], files: [proof(40)], partnerId: "5120044",
      });
      await reviewer.goto(`${url}/review`);
      const row = reviewer.getByRole("row").filter({ hasText: ours.name });
      await expect(row.getByText("2 claims for the same item")).toBeVisible();
      await row.getByRole("link", { name: ours.name }).click();
      await expect(reviewer.getByRole("heading", { level: 1, name: ours.name })).toBeVisible();
      const contest = reviewer.getByRole("region", { name: "Competing claims" });
      await expect(contest.getByRole("article")).toHaveCount(2);
      const [own, other] = [contest.getByRole("article", { name: "Fabrikam Partners" }), contest.getByRole("article", { name: "Northwind Consulting" })];
      await expect(own.getByText("This claim")).toBeVisible();
      await expect(own.getByText("Most recent proof")).toHaveCount(0);
      await expect(other.getByText("Most recent proof")).toBeVisible();
      await expect(other.locator("dd").first()).toHaveText(/Intune/);
      for (const side of [own, other]) {
        await side.getByRole("button", { name: "Show statement.pdf" }).click();
        await expect(side.getByTitle("Content of statement.pdf")).toBeVisible();
      }
      await other.getByRole("link", { name: /^Open CPOR-/ }).click();
      await expect(reviewer.getByRole("heading", { level: 1, name: theirs.name })).toBeVisible();
    } finally {
      await rival.context().close();
    }
  });

  test.describe("with a server that says no or nothing", () => {
    test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|status of 412/] });

    test("a decision made offline is sent later", async ({ server: { url } }) => {
      const claim = await handIn(partner.request, url, "Contoso offline");
      await openCase(reviewer, url, claim);
      await goOffline(reviewer);
      await radio(reviewer, "Approve").check();
      await send(reviewer).click();
      await confirm(reviewer, "Approve");
      await expect(reviewer.getByText("Your decision is on its way").first()).toBeVisible();
      expect(await statusOf(partner, url, claim.id)).toBe("submitted");
      await reviewer.context().setOffline(false);
      await expect(done(reviewer, "Approve")).toBeVisible({ timeout: 60_000 });
      expect(await statusOf(partner, url, claim.id)).toBe("approved");
    });

    test("who comes second is told, and keeps what was written", async ({ browser, server: { url } }) => {
      const claim = await handIn(partner.request, url, "Contoso decided twice");
      await act(reviewer.request, url, claim.id, "review", { action: "start-review" });
      await openCase(reviewer, url, claim);
      await goOffline(reviewer);
      await refuse(reviewer, "Reject", "The proof does not show the work", "Words worth keeping.");
      await expect(reviewer.getByText("Your decision is on its way").first()).toBeVisible();
      const second = await person(browser, url, REVIEWER);
      await act(second.request, url, claim.id, "review", { action: "approve" });
      await second.context().close();
      await reviewer.context().setOffline(false);
      await expect(reviewer.getByText("Somebody else was faster").first()).toBeVisible({ timeout: 60_000 });
      await expect(reviewer.getByText(/It is now Approved\./)).toBeVisible();
      await reviewer.getByRole("link", { name: "Outbox" }).first().click();
      await expect(reviewer.getByText("Send a decision")).toBeVisible();
      await openCase(reviewer, url, claim);
      await reviewer.getByRole("button", { name: "Take the decision back" }).click();
      await expect(reviewer.getByText("Somebody else was faster")).toHaveCount(0);
      await expect(reviewer.getByLabel("Comment for the partner")).toHaveValue("Words worth keeping.");
      expect(await statusOf(partner, url, claim.id)).toBe("approved");
    });
  });

  test("a decision by keyboard alone", async ({ server: { url } }) => {
    const claim = await handIn(partner.request, url, "Contoso by keyboard");
    await openCase(reviewer, url, claim);
    const keys = new Keys(reviewer);
    await keys.pressOn(reviewer.getByRole("link", { name: "Go to the decision" }), "Enter");
    await expect(reviewer.getByRole("heading", { name: "Decision", exact: true })).toBeFocused();
    await keys.to(radio(reviewer, "Start the review"));
    await keys.press("Space");
    await expect(radio(reviewer, "Start the review")).toBeChecked();
    await keys.press("ArrowDown");
    await expect(radio(reviewer, "Approve")).toBeChecked();
    await keys.pressOn(send(reviewer), "Enter");
    const dialog = reviewer.getByRole("dialog", { name: "Approve?" });
    await expect(dialog).toBeVisible();
    await keys.pressOn(dialog.getByRole("button", { name: "Approve", exact: true }), "Enter");
    await expect(done(reviewer, "Approve")).toBeVisible();
    await expect(reviewer.getByRole("heading", { name: "Decision", exact: true })).toBeFocused();
  });
});

test("the queue has parts and a search, and leads there after signing in", async ({ browser, server: { url } }) => {
  const page = await person(browser, url, REVIEWER);
  try {
    await expect(page).toHaveURL(/\/review$/);
    const rail = page.getByRole("navigation", { name: "Main" });
    await expect(rail.getByRole("link", { name: "Review" })).toHaveAttribute("aria-current", "page");
    await expect(rail.getByRole("link", { name: "Add customer" })).toHaveCount(0);
    const rows = page.getByRole("table", { name: "Claims in this part" }).locator("tbody tr");
    await expect(rows.first()).toBeVisible();
    const days = await rows.locator(".ca-deadline__date").allTextContents();
    const order = days.map((day) => Date.parse(day));
    expect(order.length).toBeGreaterThan(5);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    await page.getByRole("link", { name: /^Waiting for partner/ }).click();
    await expect(page).toHaveURL(/tab=waiting/);
    for (const row of await rows.all()) await expect(row).toContainText("Partner action required");
    await page.getByRole("searchbox", { name: "Search claims" }).fill("nothing is named like this");
    await expect(page.getByRole("heading", { name: "No claim matches" })).toBeVisible();
    await page.getByRole("button", { name: "Clear the search" }).click();
    await expect(rows.first()).toBeVisible();
    // The list of claims is the queue for a reviewer.
    await page.goto(`${url}/claims`);
    await expect(page.getByRole("heading", { level: 1, name: "Claims to review" })).toBeVisible();
  } finally {
    await page.context().close();
  }
});

test("a partner is told why there is nothing to review", async ({ browser, server: { url } }) => {
  const page = await person(browser, url, ADMIN);
  try {
    await page.goto(`${url}/review`);
    await expect(page.getByRole("heading", { level: 1, name: "Only reviewers work here" })).toBeVisible();
    await expect(page.getByText(/Your role is Incentives admin\./)).toBeVisible();
  } finally {
    await page.context().close();
  }
});

for (const language of ["en", "zh-Hant-TW"]) {
  test(`axe finds nothing on the reviewer's pages in ${language}, and 320 px are enough`, async ({ browser, server: { url } }) => {
    const [partner, rival, page] = [
      await person(browser, url, ADMIN), await person(browser, url, OTHER_ADMIN), await person(browser, url, REVIEWER),
    ];
    try {
      const tenant = randomUUID();
      const claim = await handIn(partner.request, url, "Contoso for all", { tenant });
      await handIn(rival.request, url, "Contoso for others", { tenant, partnerId: "5120044" });
      await act(page.request, url, claim.id, "review", { action: "start-review" });
      const found: string[] = [];
      const look = async (where: string) => {
        await page.setViewportSize({ width: 320, height: 640 });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (over > 0) found.push(`${where}: ${over} px to the side`);
        await page.setViewportSize({ width: 1280, height: 800 });
        for (const media of [
          { colorScheme: "light", forcedColors: "none" }, { colorScheme: "dark", forcedColors: "none" },
          { colorScheme: "light", forcedColors: "active" },
        ] as const) {
          await page.emulateMedia(media);
          // The browser's own viewer of PDF files is not ours to judge.
          const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(TAGS).exclude("iframe").analyze();
          found.push(...violations.flatMap(({ id, nodes }) => nodes.map((node) => `${where} ${media.colorScheme}: ${id} at ${node.target.join(" ")}`)));
        }
        await page.emulateMedia({ colorScheme: null, forcedColors: null });
      };
      await page.goto(`${url}/review?lang=${language}`);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await expect(page.locator("tbody tr").first()).toBeVisible();
      await look("queue");
      await page.goto(`${url}/review/${claim.id}?lang=${language}`);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await expect(page.locator("iframe")).toHaveCount(1);
      await page.getByRole("radio").nth(1).check();
      await page.locator("#ground-4").check();
      await page.locator(".ca-review__decision button[type=submit]").click();
      await expect(page.locator(".ca-errors")).toBeFocused();
      await look("case with errors");
      expect(found).toEqual([]);
    } finally {
      for (const each of [partner, rival, page]) await each.context().close();
    }
  });
}
