// The app against the backend of `examples/small-backend`: another language, another
// store, and nothing beyond `backend`, `changes` and `claims`.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KINDS, addCustomer, claimName, draftId, fillToReview, startDraft } from "./support/claim";
import { keptForOffline } from "./support/pages";
import { expect, test as base } from "./support/test";

const FOLDER = join(import.meta.dirname, "../../examples/small-backend");

interface Backend {
  url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** What stands in its file. */
  claims(): Promise<Record<string, { claim: { revision: number; draft: { claim_name: string } } }>>;
}

async function begin(data: string, port: string): Promise<{ child: ChildProcess; url: string }> {
  const args = ["server.mjs", "--port", port, "--data", data, "--app", process.env.CPOR_DIST ?? ""];
  const child = spawn(process.execPath, args, { cwd: FOLDER, stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", () => reject(new Error("the small backend did not start")));
    child.stdout?.on("data", (text) => {
      const address = /listening on (\S+)/.exec(String(text))?.[1];
      if (address) resolve(address);
    });
  });
  return { child, url };
}

const test = base.extend<{ backend: Backend }>({
  backend: async ({ context }, use) => {
    const folder = await mkdtemp(join(tmpdir(), "cpor-small-"));
    const data = join(folder, "claims.json");
    let { child, url } = await begin(data, "0");
    const stop = async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
    };
    const start = async () => {
      ({ child } = await begin(data, new URL(url).port));
    };
    const claims = async () => (JSON.parse(await readFile(data, "utf8")) as { claims: Awaited<ReturnType<Backend["claims"]>> }).claims;
    await use({ url, stop, start, claims });
    await Promise.all(context.pages().map((page) => page.close()));
    await stop();
    await rm(folder, { recursive: true, force: true });
  },
});

test.use({ expectedErrors: [/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/] });

test("a claim is added, changed while the backend is away, and deleted", async ({ page, backend }) => {
  const name = claimName("Contoso at a small backend");
  await page.goto(backend.url);
  await expect(page.getByText("Signed in as Ana Bowman, Contoso Partners")).toBeVisible();
  await startDraft(page);
  await fillToReview(page, KINDS.preSales, name);
  await addCustomer(page);
  const id = draftId(page);
  await expect.poll(async () => (await backend.claims())[id]?.claim.draft.claim_name).toBe(name);
  await expect(page.getByText("Everything is sent")).toBeVisible();

  await keptForOffline(page);
  await backend.stop();
  await page.goto(`${backend.url}/drafts/${id}/details`);
  await page.getByLabel("Claim name").fill(`${name}, changed`);
  await page.goto(`${backend.url}/drafts/${id}/proof`);
  await page.getByRole("button", { name: "Save and finish later" }).click();
  await expect(page.getByRole("banner").getByRole("link", { name: "1 change waiting to send" })).toBeVisible();
  await backend.start();
  await page.goto(`${backend.url}/claims`);
  await expect(page.getByText("Everything is sent")).toBeVisible();
  const claim = (await backend.claims())[id]?.claim;
  expect([claim?.draft.claim_name, claim?.revision]).toEqual([`${name}, changed`, 2]);
  await page.getByRole("link", { name: `${name}, changed` }).click();
  await page.getByRole("button", { name: "Delete this claim" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete this claim" }).click();
  await expect.poll(async () => Object.keys(await backend.claims())).toEqual([]);
  await expect(page.getByRole("link", { name: `${name}, changed` })).toHaveCount(0);
});

test("what the backend does not offer is not offered, and a claim of another device arrives", async ({ page, browser, backend }) => {
  await page.goto(backend.url);
  const name = claimName("Contoso from afar");
  await startDraft(page);
  await fillToReview(page, KINDS.preSales, name);
  await addCustomer(page);
  const id = draftId(page);
  await expect.poll(async () => Object.keys(await backend.claims())).toEqual([id]);

  const other = await (await browser.newContext()).newPage();
  await other.goto(`${backend.url}/claims`);
  await other.getByRole("link", { name }).click();
  await expect(other.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(other.getByLabel("Comment")).toHaveCount(0);
  await other.context().close();
});
