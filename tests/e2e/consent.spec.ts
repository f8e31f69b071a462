// The customer's side: the mail, the page behind its link, declining; what a
// demonstration shows of it; and the explanation on paper.
import AxeBuilder from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import {
  KINDS, acknowledge, addCustomer, addProof, claimName, claimOnServer, expectSubmittedOnce, fillToReview, goOn,
  signIn, startDraft, submitButton,
} from "./support/claim";
import { open } from "./support/pages";
import { expect, test } from "./support/test";

interface Mail {
  claim_id: string;
  to: string;
  subject: string;
  text: string;
  link: string;
}

/** Signs in, files a claim through the wizard, and answers its id. */
async function file(page: Page, url: string, name: string, mailLanguage = "English"): Promise<string> {
  await signIn(page, url);
  const id = await startDraft(page, url);
  await fillToReview(page, KINDS.use, name, async (step) => {
    if (step === "contacts") await page.getByLabel("Language of the email").selectOption({ label: mailLanguage });
  });
  await addCustomer(page);
  await addProof(page);
  await goOn(page, "submit");
  await acknowledge(page);
  await submitButton(page).click();
  await expectSubmittedOnce(page, url, id, name);
  return id;
}

async function mailAbout(page: Page, url: string, id: string): Promise<Mail> {
  const reply = await page.request.get(`${url}/v1/demo/mails`);
  expect(reply.ok()).toBe(true);
  const about = ((await reply.json()) as Mail[]).filter((mail) => mail.claim_id === id);
  expect(about).toHaveLength(1);
  return about[0] as Mail;
}

/** The customer: another person at another browser, who is not signed in. */
async function customer(browser: Browser, link: string): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  return { context, page };
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id} at ${node.target.join(" ")}`));
}

/** Nothing is cut off or needs scrolling sideways, and axe finds nothing. */
async function expectSound(page: Page): Promise<void> {
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await violations(page)).toEqual([]);
  }
}

test("a customer reads the mail, declines, and the partner sees it", async ({ page, server, browser }) => {
  const name = claimName("Contoso declines");
  const id = await file(page, server.url, name);
  const mail = await mailAbout(page, server.url, id);
  expect(mail.to).toBe("Ana Bowman <ana@contoso.com>");
  expect(mail.text).toContain("Exchange Online");
  expect(mail.text).toContain(mail.link);

  const there = await customer(browser, mail.link);
  await expect(there.page.getByRole("heading", { level: 1, name: "Fabrikam Partners asks to be named as your partner" }))
    .toBeVisible();
  await expect(there.page.getByText("You need not do anything.")).toBeVisible();
  await expect(there.page.getByText("Exchange Online")).toBeVisible();
  await expect(there.page.getByRole("link", { name: "wei@fabrikam.example" })).toBeVisible();
  await expectSound(there.page);

  // Cancel leaves all as it is.
  const decline = there.page.getByRole("main").getByRole("button", { name: "Decline" });
  await decline.click();
  const dialog = there.page.getByRole("dialog", { name: "Decline this request?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
  await expect(decline).toBeFocused();
  expect((await claimOnServer(page.request, server.url, id))?.status).toBe("submitted");

  await decline.click();
  await dialog.getByRole("button", { name: "Decline" }).click();
  const declined = there.page.getByRole("heading", { level: 1, name: "You have declined" });
  await expect(declined).toBeFocused();
  await expect(decline).toHaveCount(0);
  await expectSound(there.page);
  await there.page.reload();
  await expect(declined).toBeVisible();
  await there.context.close();

  await page.goto(`${server.url}/claims/${id}`);
  await expect(page.getByText("Customer consent denied").first()).toBeVisible();
});

test("a mail in Chinese leads to a page in Chinese", async ({ page, server, browser }) => {
  const id = await file(page, server.url, claimName("Contoso in Chinese"), "繁體中文");
  const mail = await mailAbout(page, server.url, id);
  expect(mail.subject).toContain("申請登記為貴公司的合作夥伴");
  const there = await customer(browser, mail.link);
  await expect(there.page.locator("html")).toHaveAttribute("lang", "zh-Hant-TW");
  await expect(there.page.getByRole("heading", { level: 1 })).toHaveText("Fabrikam Partners 申請登記為貴公司的合作夥伴");
  await expect(there.page.getByRole("button", { name: "拒絕" })).toBeVisible();
  await expectSound(there.page);
  await there.context.close();
});

test("no language of a mail is asked for where none is sent", async ({ page, server }) => {
  await signIn(page, server.url);
  await startDraft(page, server.url);
  await fillToReview(page, KINDS.revenue, claimName("Wingtip without mail"), async (step) => {
    if (step === "contacts") await expect(page.getByLabel("Language of the email")).toHaveCount(0);
  });
  await expect(page.getByText("Language of the email")).toHaveCount(0);
});

test.describe("wrong links", () => {
  test.use({ expectedErrors: [/404 \(Not Found\)/] });

  test("a link that leads nowhere says so and offers nothing to decline", async ({ page, server }) => {
    await page.goto(`${server.url}/consent/${"A".repeat(43)}`);
    await expect(page.getByRole("heading", { level: 1, name: "This link does not work" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Decline" })).toHaveCount(0);
    await expectSound(page);
  });
});

test("the explanation stands on one page in both languages, and goes to the printer", async ({ page, server }) => {
  await open(page, server.url, "/explain");
  const title = page.getByRole("heading", { level: 1 });
  await expect(title).toHaveText("When a partner asks to be named as yours");
  await expectSound(page);
  await page.getByRole("button", { name: "繁體中文" }).click();
  await expect(title).toHaveText("當合作夥伴申請登記為貴公司的合作夥伴");
  await expect(page.getByRole("button", { name: "繁體中文" })).toHaveAttribute("aria-pressed", "true");
  await expectSound(page);
  await page.evaluate(() => {
    window.print = () => document.body.setAttribute("data-printed", "");
  });
  await page.getByRole("button", { name: "列印本頁" }).click();
  await expect(page.locator("body[data-printed]")).toHaveCount(1);

  for (const language of ["English", "繁體中文"]) {
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("button", { name: language }).click();
    await page.emulateMedia({ media: "print" });
    await expect(page.getByRole("banner")).toBeHidden();
    await expect(page.getByRole("button", { name: language })).toBeHidden();
    const sheets = (await page.pdf({ format: "A4", margin: { top: "15mm", bottom: "15mm", left: "15mm", right: "15mm" } }))
      .toString("latin1").match(/\/Type\s*\/Page\b/g);
    expect(sheets).toHaveLength(1);
  }
});

test("the clock of a demonstration moves, and a claim that is not answered ends", async ({ page, ownServer }) => {
  // A server of its own: its time moves for everyone on it.
  const server = ownServer;
  await signIn(page, server.url);
  const reply = await page.request.get(`${server.url}/v1/changes?limit=200`);
  const { changes } = (await reply.json()) as { changes: { upsert?: { claim: { id: string; status: string } } }[] };
  const waiting = changes.find(({ upsert }) => upsert?.claim.status === "partner-action-required")?.upsert?.claim;
  if (!waiting) throw new Error("the demonstration has no claim that waits for the partner");

  await page.goto(`${server.url}/settings`);
  await page.getByRole("link", { name: "Mails and clock of the demonstration" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Demonstration" })).toBeVisible();
  await expect(page.getByText("No mail was sent yet.")).toBeVisible();
  await expectSound(page);
  const today = page.getByText(/^Today is /).filter({ visible: true }).first();
  const before = await today.textContent();
  await page.getByRole("button", { name: "30 days forward" }).click();
  await expect(today).not.toHaveText(before ?? "");
  const day = (text: string | null) => Date.parse((text ?? "").replace(/^Today is \w+, /, ""));
  expect(Math.round((day(await today.textContent()) - day(before)) / 86_400_000)).toBe(30);

  const claim = await claimOnServer(page.request, server.url, waiting.id);
  expect(claim?.status).toBe("rejected");
  // The app's own calendar follows, also after a reload.
  const moved = await today.textContent();
  await page.reload();
  await expect(today).toHaveText(moved ?? "");
  await page.goto(`${server.url}/claims/${waiting.id}`);
  await expect(page.getByText("No partner response").first()).toBeVisible();
});

test("the demonstration shows each mail in place, with its link", async ({ page, server }) => {
  const id = await file(page, server.url, claimName("Contoso mail"));
  const mail = await mailAbout(page, server.url, id);
  await page.goto(`${server.url}/demo`);
  const shown = page.getByRole("group").filter({ has: page.locator(`a[href="${mail.link}"]`) });
  await shown.getByText(mail.subject).click();
  await expect(shown.getByText("You need not do anything.")).toBeVisible();
  await expectSound(page);
  await shown.getByRole("link", { name: "Open the link of this mail" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /asks to be named as your partner/ })).toBeVisible();
});
