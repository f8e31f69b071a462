// Two people change one claim: what is put together, what is decided, and that
// nothing of either is lost.
import AxeBuilder from "@axe-core/playwright";
import type { APIRequestContext, BrowserContext, Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import {
  KINDS, acknowledge, addCustomer, addProof, claimName, claimOnServer, fillToReview, goOn, signIn, startDraft, submitButton,
} from "./support/claim";
import { goOffline, open } from "./support/pages";
import { expect, test } from "./support/test";

test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|status of 412/] });

interface Record {
  revision: number;
  draft: { claim_name: string; comment: string; customer_contact: { name: string; email: string } };
}

async function onServer(request: APIRequestContext, url: string, id: string): Promise<Record> {
  return (await (await request.get(`${url}/v1/claims/${id}`)).json()) as Record;
}

/** A colleague changes the claim from another computer. */
async function colleague(page: Page, url: string, id: string, change: (draft: Record["draft"]) => void): Promise<void> {
  const { revision, draft } = await onServer(page.request, url, id);
  change(draft);
  const reply = await page.request.put(`${url}/v1/claims/${id}`, {
    headers: { "X-CPOR": "1", "Idempotency-Key": randomUUID(), "If-Match": `"${revision}"` }, data: { draft },
  });
  expect(reply.ok(), await reply.text()).toBe(true);
}

/** A claim of one's own, on the server as a draft. */
async function made(page: Page, url: string): Promise<string> {
  await signIn(page, url);
  const id = await startDraft(page);
  await fillToReview(page, KINDS.use, claimName("Contoso two"));
  await addCustomer(page);
  await expect.poll(async () => (await page.request.get(`${url}/v1/claims/${id}`)).status()).toBe(200);
  await expect(page.getByText("Everything is sent")).toBeVisible();
  return id;
}

/** Without a network, gives the claim another name and another contact. */
async function changeOffline(page: Page, context: BrowserContext, url: string, id: string, name: string, contact?: string): Promise<void> {
  await page.goto(`${url}/drafts/${id}/details`);
  await expect(page.getByLabel("Claim name")).not.toHaveValue("");
  await goOffline(page);
  await page.getByLabel("Claim name").fill(name);
  await goOn(page, "workloads");
  await goOn(page, "contacts");
  if (contact) await page.getByRole("region", { name: "Customer contact" }).getByLabel("Name").fill(contact);
  await goOn(page, "review");
  await page.getByRole("main").getByRole("button", { name: "Add customer" }).click();
  await expect(page.getByRole("link", { name: "1 change waiting to send" }).first()).toBeVisible();
}

async function expectSound(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}

test("changes of different fields are put together without a question", async ({ page, context, server }) => {
  const id = await made(page, server.url);
  await changeOffline(page, context, server.url, id, "Contoso mine");
  await colleague(page, server.url, id, (draft) => { draft.comment = "from the colleague"; });
  await context.setOffline(false);
  await expect.poll(async () => (await onServer(page.request, server.url, id)).draft.claim_name, { timeout: 30_000 }).toBe("Contoso mine");
  expect((await onServer(page.request, server.url, id)).draft.comment).toBe("from the colleague");
  await expect(page.getByRole("link", { name: /waiting to send/ })).toHaveCount(0);
});

test("a field that both changed is decided by its person, and nothing is lost", async ({ page, context, server }) => {
  const id = await made(page, server.url);
  const before = await onServer(page.request, server.url, id);
  await changeOffline(page, context, server.url, id, "Contoso mine", "Ada Mine");
  await colleague(page, server.url, id, (draft) => {
    draft.claim_name = "Contoso theirs";
    draft.customer_contact = { ...draft.customer_contact, email: "office@contoso.com" };
    draft.comment = "from the colleague";
  });
  await context.setOffline(false);

  await page.getByRole("link", { name: "1 change waiting to send" }).first().click();
  await page.getByRole("link", { name: "Decide" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Contoso mine: two versions" })).toBeVisible();
  const table = page.getByRole("table", { name: "Fields that both changed" });
  const rows = table.locator("tbody tr");
  await expect(rows).toHaveCount(2);
  const name = rows.filter({ hasText: "Claim name" });
  await expect(name).toContainText(before.draft.claim_name);
  await expect(name).toContainText("Contoso theirs");
  // Nothing is chosen for anybody, and whoever forgets a field is led to it.
  await expect(table.getByRole("radio", { checked: true })).toHaveCount(0);
  await expectSound(page);
  await name.getByRole("radio", { name: /Take theirs/ }).check();
  await page.getByRole("button", { name: "Send this version" }).click();
  await expect(page.getByText("Choose yours or theirs for: Customer contact")).toBeVisible();
  const contact = rows.filter({ hasText: "Ada Mine" });
  await expect(contact.getByRole("radio", { name: /Take yours/ })).toBeFocused();

  // What was chosen is there after a reload.
  await page.reload();
  await expect(name.getByRole("radio", { name: /Take theirs/ })).toBeChecked();
  await contact.getByRole("radio", { name: /Take yours/ }).check();
  await expect(page.getByText("The result keeps the rules.")).toBeVisible();
  await page.getByRole("button", { name: "Send this version" }).click();
  await expect(page.getByText("Your decision is being sent.").first()).toBeVisible();
  await expect.poll(async () => (await onServer(page.request, server.url, id)).draft.customer_contact.name).toBe("Ada Mine");
  const { draft } = await onServer(page.request, server.url, id);
  expect([draft.claim_name, draft.comment]).toEqual(["Contoso theirs", "from the colleague"]);
  expect(draft.customer_contact.email).toBe(before.draft.customer_contact.email);

  // The version that lost is in the history.
  await page.goto(`${server.url}/claims/${id}`);
  await expect(page.getByText("Decided between two versions")).toBeVisible();
  await expect(page.getByText(/Given up: Claim name: Contoso mine.*Replaced: Customer contact:.*office@contoso.com/s)).toBeVisible();
  // The form goes on from what was decided, not from what was typed before.
  await page.goto(`${server.url}/drafts/${id}/details`);
  await expect(page.getByLabel("Claim name")).toHaveValue("Contoso theirs");
});

test("the decision can be read and made on a phone, in Chinese and in the dark", async ({ page, context, server }) => {
  const id = await made(page, server.url);
  await changeOffline(page, context, server.url, id, "Contoso mine");
  await colleague(page, server.url, id, (draft) => { draft.claim_name = "Contoso theirs"; });
  await context.setOffline(false);
  await expect(page.getByRole("link", { name: /waiting to send/ }).first()).toBeVisible();
  await page.setViewportSize({ width: 320, height: 700 });
  await page.emulateMedia({ colorScheme: "dark" });
  await open(page, server.url, `/claims/${id}/conflict`, "zh-Hant-TW");
  await expect(page.getByRole("radio", { name: /採用您的版本/ })).toBeVisible();
  // At the end of the page nothing lies under the bar at the bottom.
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await expectSound(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await page.getByRole("radio", { name: /採用您的版本/ }).check();
  await page.getByRole("button", { name: "傳送此版本" }).click();
  await expect.poll(async () => (await onServer(page.request, server.url, id)).draft.claim_name).toBe("Contoso mine");
});

interface Entry { event: string | { merged?: { set_aside: { claim_name: string }[] } } }

/** The names that decisions of this claim gave up, by its history. */
async function givenUp(request: APIRequestContext, url: string, id: string): Promise<string[]> {
  const entries = (await (await request.get(`${url}/v1/claims/${id}/history`)).json()) as Entry[];
  return entries.flatMap(({ event }) => typeof event === "object" ? event.merged?.set_aside ?? [] : [])
    .map(({ claim_name }) => claim_name);
}

for (const [language, words] of [
  ["en", {
    form: "Go on in the form", theirs: /Take theirs/, merged: "Decided between two versions", back: "Bring back: Claim name",
    done: "Brought back into the form. Nothing is sent yet.", send: "Add customer", read: "This can only be read now.",
  }],
  ["zh-Hant-TW", {
    form: "在表單中繼續", theirs: /採用對方的版本/, merged: "在兩個版本之間做了決定", back: "還原：宣告名稱",
    done: "已還原到表單中，尚未傳送。", send: "新增客戶", read: "現在只能閱讀此內容。",
  }],
] as const) {
  test(`what is given up to go on in the form is in the history, and can come back, in ${language}`, async ({ page, context, server }) => {
    const id = await made(page, server.url);
    await changeOffline(page, context, server.url, id, "Contoso mine");
    await colleague(page, server.url, id, (draft) => { draft.claim_name = "Contoso theirs"; });
    await context.setOffline(false);
    await expect(page.getByRole("link", { name: /waiting to send/ }).first()).toBeVisible();
    await open(page, server.url, `/claims/${id}/conflict`, language);
    await page.getByRole("radio", { name: words.theirs }).check();
    await page.getByRole("button", { name: words.form }).click();
    await expect(page).toHaveURL(new RegExp(`/drafts/${id}/review`));
    await expect(page.getByRole("main")).toContainText("Contoso theirs");
    expect(await givenUp(page.request, server.url, id)).toEqual([]);
    // A reload in between forgets nothing.
    await open(page, server.url, `/drafts/${id}/review`, language);
    await page.getByRole("main").getByRole("button", { name: words.send }).click();
    await expect.poll(() => givenUp(page.request, server.url, id), { timeout: 30_000 }).toEqual(["Contoso mine"]);
    expect((await onServer(page.request, server.url, id)).draft.claim_name).toBe("Contoso theirs");

    // By the keyboard it comes back into the form, and is sent only when the person sends it.
    await open(page, server.url, `/claims/${id}`, language);
    const entry = page.getByRole("listitem").filter({ hasText: words.merged });
    const back = entry.getByRole("button", { name: words.back });
    await expectSound(page);
    await page.screenshot({ path: test.info().outputPath("history.png"), fullPage: true });
    await back.focus();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`/drafts/${id}/review`));
    await expect(page.locator("#live-polite")).toContainText(words.done);
    await expect(page.getByRole("main")).toContainText("Contoso mine");
    expect((await onServer(page.request, server.url, id)).draft.claim_name).toBe("Contoso theirs");
    await open(page, server.url, `/drafts/${id}/review`, language);
    await expect(page.getByRole("main")).toContainText("Contoso mine");
    await page.getByRole("main").getByRole("button", { name: words.send }).click();
    await expect.poll(async () => (await onServer(page.request, server.url, id)).draft.claim_name, { timeout: 30_000 }).toBe("Contoso mine");
    // What is back already is not offered again.
    await open(page, server.url, `/claims/${id}`, language);
    await expect(entry).toBeVisible();
    await expect(back).toHaveCount(0);
  });
}

test("once a claim is handed in, what was given up can be read, and the page says why it stays so", async ({ page, context, server }) => {
  const id = await made(page, server.url);
  await changeOffline(page, context, server.url, id, "Contoso mine");
  await colleague(page, server.url, id, (draft) => { draft.claim_name = "Contoso theirs"; });
  await context.setOffline(false);
  await open(page, server.url, `/claims/${id}/conflict`);
  await page.getByRole("radio", { name: /Take theirs/ }).check();
  await page.getByRole("button", { name: "Send this version" }).click();
  await expect.poll(() => givenUp(page.request, server.url, id), { timeout: 30_000 }).toEqual(["Contoso mine"]);
  await open(page, server.url, `/drafts/${id}/proof`);
  await addProof(page);
  await goOn(page, "submit");
  await acknowledge(page);
  await submitButton(page).click();
  await expect.poll(async () => (await claimOnServer(page.request, server.url, id))?.status, { timeout: 30_000 }).toBe("submitted");
  await page.setViewportSize({ width: 320, height: 700 });
  await page.emulateMedia({ colorScheme: "dark" });
  await open(page, server.url, `/claims/${id}`);
  const entry = page.getByRole("listitem").filter({ hasText: "Decided between two versions" });
  await expect(entry).toContainText("Given up: Claim name: Contoso mine");
  await expect(entry).toContainText("This can only be read now. Editing: a claim cannot be edited once it is submitted");
  await expect(page.getByRole("button", { name: /^Bring back/ })).toHaveCount(0);
  await page.screenshot({ path: test.info().outputPath("read-only.png"), fullPage: true });
});

test("what is written while the server answers stays", async ({ page, server }) => {
  await signIn(page, server.url);
  const id = await startDraft(page);
  await fillToReview(page, KINDS.use, claimName("Contoso quick"));
  const answer = page.getByRole("radio", { name: "No", exact: true });
  // The answer comes before the next save.
  await page.route(`**/v1/claims/${id}`, async (route) => {
    const reply = await route.fetch();
    await answer.evaluate((radio) => (radio as HTMLInputElement).click());
    await route.fulfill({ response: reply });
  }, { times: 1 });
  await addCustomer(page);
  await expect(page.getByRole("link", { name: /waiting to send/ })).toHaveCount(0);
  await expect(answer).toBeChecked();
  await page.reload();
  await expect(answer).toBeChecked();
});
