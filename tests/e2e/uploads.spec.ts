// Files on their way up: connections that break in the middle, reloads, pauses,
// and a claim with three files that was written without a connection.
import { type Page, type Request, type Route, expect } from "@playwright/test";
import { createHash } from "node:crypto";
import {
  KINDS, acknowledge, addCustomer, addProof, claimName, claimOnServer, expectSubmittedOnce, fillToReview, goOn, pdf,
  signIn, startDraft, submitButton,
} from "./support/claim";
import { Line } from "./support/line";
import { goOffline, open } from "./support/pages";
import { test } from "./support/test";

const LOST = /net::ERR_/;
/** As well what a server says that has not noticed yet that the line broke. */
const BROKEN = /net::ERR_|status of 409 .*\/v1\/files\//;
const NAME = "scan.pdf";
const PIECE = 5 * 1024 * 1024;

/** A PDF of 12 MB: three pieces. */
function scan(): Buffer {
  return Buffer.concat([pdf(), Buffer.alloc(12_000_000, "scan ")]);
}

async function addScan(page: Page, content: Buffer): Promise<void> {
  await page.getByLabel("Choose files").setInputFiles({ name: NAME, mimeType: "application/pdf", buffer: content });
  await expect(page.getByRole("list", { name: "Files" }).getByText(NAME, { exact: true })).toBeVisible();
}

/** A claim with the scan, with one button left to press. */
async function toSubmit(page: Page, url: string, name: string, content: Buffer): Promise<string> {
  await signIn(page, url);
  const id = await startDraft(page);
  await fillToReview(page, KINDS.use, name);
  await addCustomer(page);
  await expect.poll(async () => (await claimOnServer(page.request, url, id))?.status).toBe("draft");
  await addScan(page, content);
  await goOn(page, "submit");
  await acknowledge(page);
  return id;
}

async function expectOnServer(page: Page, url: string, content: Buffer): Promise<void> {
  const sha256 = createHash("sha256").update(content).digest("hex");
  const reply = await page.request.get(`${url}/v1/files/${sha256}`);
  expect(reply.status()).toBe(200);
  expect(createHash("sha256").update(await reply.body()).digest("hex")).toBe(sha256);
}

/** The requests of uploads from now on: method and offset. */
function uploads(page: Page): { method: string; offset: string | undefined }[] {
  const seen: { method: string; offset: string | undefined }[] = [];
  page.on("request", (request: Request) => {
    if (new URL(request.url()).pathname.startsWith("/v1/files")) {
      seen.push({ method: request.method(), offset: request.headers()["upload-offset"] });
    }
  });
  return seen;
}

/** Lets the first piece through and holds the others, until they are let go: they are lost then. */
async function holdAfterOne(page: Page): Promise<() => Promise<void>> {
  let pieces = 0;
  const held: Route[] = [];
  await page.route("**/v1/files/*", async (route) => {
    if (route.request().method() === "PATCH" && (pieces += 1) > 1) held.push(route);
    else await route.continue();
  });
  return async () => {
    // One whose page is gone may be gone as well.
    for (const route of held) await route.abort().catch(() => undefined);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  };
}

test.describe("on a line that breaks", () => {
  test.use({ serviceWorkers: "block", expectedErrors: [BROKEN] });

  test("what arrived counts, and the file is whole in the end", async ({ page, server }) => {
    const line = await Line.to(server.port);
    const [name, content] = [claimName("Contoso on a bad line"), scan()];
    const id = await toSubmit(page, line.url, name, content);
    const before = line.bytes;
    line.breaksAfter = 1_500_000;
    await submitButton(page).click();
    await expect.poll(() => line.breaks, { timeout: 60_000 }).toBeGreaterThanOrEqual(5);
    line.breaksAfter = Infinity;
    await expectSubmittedOnce(page, server.url, id, name);
    await expectOnServer(page, line.url, content);
    // Per break at most one piece goes up again, and a little for headers.
    expect(line.bytes - before).toBeLessThan(content.length + line.breaks * PIECE + 1_000_000);
    await page.close();
    await line.end();
  });
});

test.describe("that take their time", () => {
  test.use({ serviceWorkers: "block", expectedErrors: [LOST] });

  test("a reload in the middle goes on where it was", async ({ page, server }) => {
    const [name, content] = [claimName("Contoso reloaded"), scan()];
    const id = await toSubmit(page, server.url, name, content);
    const letGo = await holdAfterOne(page);
    await submitButton(page).click();
    await expect(page.getByRole("progressbar", { name: `Uploading ${NAME}` })).toHaveAttribute("value", "43");
    // The page goes, and what is held goes with it.
    const here = page.url();
    await page.goto("about:blank");
    await letGo();
    const seen = uploads(page);
    await page.goto(here);
    await expectSubmittedOnce(page, server.url, id, name);
    await expectOnServer(page, server.url, content);
    const [first] = seen.filter(({ method }) => method === "PATCH");
    expect(first?.offset).toBe(String(PIECE));
    expect(seen.filter(({ method }) => method === "POST")).toEqual([]);
  });

  test("one is paused, stays paused through a reload, and goes on", async ({ page, server }) => {
    const [name, content] = [claimName("Contoso paused"), scan()];
    const id = await toSubmit(page, server.url, name, content);
    const letGo = await holdAfterOne(page);
    await submitButton(page).click();
    const files = page.getByRole("list", { name: "Files on their way" });
    await expect(files.getByText(`${NAME}: 43% sent`)).toBeVisible();
    await files.getByRole("button", { name: `Pause ${NAME}` }).click();
    await expect(files.getByText(`${NAME}: paused at 43%`)).toBeVisible();
    const resume = files.getByRole("button", { name: `Resume ${NAME}` });
    await expect(resume).toBeFocused();
    await page.screenshot({ path: test.info().outputPath("paused.png"), fullPage: true });
    await letGo();
    const seen = uploads(page);
    await page.reload();
    await expect(resume).toBeVisible();
    // What is asked for in between goes through, and nothing of the file does.
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Outbox" }).click();
    await page.getByRole("button", { name: "Send now" }).click();
    await expect(page.getByText("Paused", { exact: true }).first()).toBeVisible();
    expect(seen.filter(({ method }) => method !== "HEAD")).toEqual([]);
    expect((await claimOnServer(page.request, server.url, id))?.status).toBe("draft");
    await resume.click();
    await expectSubmittedOnce(page, server.url, id, name);
    await expectOnServer(page, server.url, content);
    expect(seen.find(({ method }) => method === "PATCH")?.offset).toBe(String(PIECE));
  });
});

test.describe("without a connection", () => {
  test.use({ expectedErrors: [LOST] });

  test("a whole claim with three files is submitted once when there is one again", async ({ page, context, server }) => {
    const name = claimName("Contoso in the air");
    await signIn(page, server.url);
    const id = await startDraft(page);
    await goOffline(page);
    await fillToReview(page, KINDS.use, name);
    await addCustomer(page);
    const names = ["statement-of-work.pdf", "acceptance.pdf", "invoice.pdf"];
    for (const file of names) await addProof(page, file);
    await goOn(page, "submit");
    await acknowledge(page);
    await submitButton(page).click();
    await expect(page.getByRole("heading", { level: 1, name: "Claim ready to send" })).toBeVisible();
    await context.setOffline(false);
    await expectSubmittedOnce(page, server.url, id, name);
    const reply = await page.request.get(`${server.url}/v1/claims/${id}`);
    const { draft } = (await reply.json()) as { draft: { poe_files: { name: string; sha256: string }[] } };
    expect(draft.poe_files.map((file) => file.name)).toEqual(names);
    for (const { sha256 } of draft.poe_files) {
      const file = await page.request.get(`${server.url}/v1/files/${sha256}`);
      expect(createHash("sha256").update(await file.body()).digest("hex")).toBe(sha256);
    }
  });
});

test("a file that was added before signing in is part of the claim that is sent", async ({ page, server }) => {
  const [name, content] = [claimName("Contoso before signing in"), pdf()];
  const id = await startDraft(page, server.url);
  await fillToReview(page, KINDS.use, name);
  await open(page, server.url, `/drafts/${id}/proof`);
  await addScan(page, content);
  await signIn(page, server.url);
  await open(page, server.url, `/drafts/${id}/review`);
  await addCustomer(page);
  await goOn(page, "submit");
  await acknowledge(page);
  await submitButton(page).click();
  await expectSubmittedOnce(page, server.url, id, name);
  await expectOnServer(page, server.url, content);
});
