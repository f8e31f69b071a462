// The browser is killed at random moments while somebody types and adds files:
// nothing older than a second is lost, and no file that was shown as kept.
//
// A few times in each run; CPOR_KILLS says how often, CPOR_KILL_SEED repeats one.
import { createHash, randomInt } from "node:crypto";
import type { Page } from "@playwright/test";
import { KINDS, addCustomer, claimName, fillToReview, pdf, signIn, startDraft } from "./support/claim";
import { Killable } from "./support/killable";
import { expect, test } from "./support/test";

const KILLS = Number(process.env.CPOR_KILLS ?? 6);
const SEED = Number(process.env.CPOR_KILL_SEED ?? randomInt(1 << 30));

/** Random numbers that can be had again: mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Types until it is stopped, and notes when each letter was there. */
class Typist {
  readonly typed: { text: string; at: number }[] = [];
  private isOver = false;

  constructor(private readonly page: Page, private text: string) {}

  async work(): Promise<void> {
    while (!this.isOver) {
      const letter = this.next;
      try {
        await this.page.keyboard.type(letter);
      } catch {
        // The browser is gone in the middle of a letter.
        return;
      }
      this.text += letter;
      this.typed.push({ text: this.text, at: Date.now() });
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  /** The letter that comes next. */
  get next(): string {
    return String.fromCharCode(97 + (this.text.length % 26));
  }

  stop(): void {
    this.isOver = true;
  }

  /** What was there at a moment. */
  at(moment: number): string {
    return this.typed.findLast(({ at }) => at <= moment)?.text ?? this.typed[0]?.text.slice(0, -1) ?? this.text;
  }

  get all(): string {
    return this.text;
  }
}

test(`${KILLS} kills of the browser while one types lose nothing older than a second`, async ({ server }) => {
  test.setTimeout(60_000 + KILLS * 30_000);
  console.log(`CPOR_KILL_SEED=${SEED}`);
  const chance = random(SEED);
  const browser = await Killable.create();
  const lost: number[] = [];
  try {
    const first = await browser.start();
    await signIn(first, server.url);
    const id = await startDraft(first);
    await first.getByRole("radio", { name: KINDS.use.area }).check();
    await first.getByRole("radio", { name: KINDS.use.role }).check();
    await first.goto(`${server.url}/drafts/${id}/details`);
    await first.getByLabel("Claim name").fill("k");
    await expect(first.getByText(/^Saved on this device/)).toBeVisible();
    await browser.close();

    let before: { typist: Typist; killedAt: number } | undefined;
    for (let kill = 0; kill <= KILLS; kill += 1) {
      const page = await browser.start();
      await page.goto(`${server.url}/drafts/${id}/details`);
      const field = page.getByLabel("Claim name");
      await expect(field).not.toHaveValue("");
      const found = await field.inputValue();
      if (before) {
        const { typist, killedAt } = before;
        const must = typist.at(killedAt - 1_000);
        const told = `kill ${kill} of seed ${SEED}: “${found}” is left of “${typist.all}”, and “${must}” was a second old`;
        expect(found.startsWith(must), told).toBe(true);
        // The last letter may have arrived without being told of.
        expect(`${typist.all}${typist.next}`.startsWith(found), told).toBe(true);
        const since = typist.typed.find(({ text }) => text.length > found.length)?.at;
        lost.push(since === undefined ? 0 : Math.max(0, killedAt - since));
      }
      if (kill === KILLS) break;
      // Short enough to stay within what a name may have.
      const start = found.length > 150 ? "k" : found;
      if (start !== found) {
        await field.fill(start);
        await expect(page.getByText(/^Saved on this device/)).toBeVisible();
      }
      await field.focus();
      await page.keyboard.press("End");
      const typist = new Typist(page, start);
      const typing = typist.work();
      await new Promise((resolve) => setTimeout(resolve, 200 + chance() * 2_500));
      before = { typist, killedAt: Date.now() };
      await browser.kill();
      typist.stop();
      await typing;
    }
  } finally {
    await browser.remove();
  }
  lost.sort((a, b) => a - b);
  console.log(`lost of typing, ms: median ${lost[Math.floor(lost.length / 2)]}, most ${lost.at(-1)}`);
});

test("a file that was shown as kept is there after kills before and while it goes up", async ({ server }) => {
  test.setTimeout(120_000 + KILLS * 20_000);
  const chance = random(SEED + 1);
  const browser = await Killable.create();
  try {
    const first = await browser.start();
    await signIn(first, server.url);
    await browser.close();
    // A claim takes at most ten files.
    for (let kills = Math.ceil(KILLS / 2); kills > 0; kills -= 9) {
      await killWithFiles(browser, server.url, chance, Math.min(kills, 9));
    }
  } finally {
    await browser.remove();
  }
});

async function killWithFiles(browser: Killable, url: string, chance: () => number, kills: number): Promise<void> {
  const first = await browser.start();
  const id = await startDraft(first, url);
  await fillToReview(first, KINDS.use, claimName("Contoso killed"));
  await addCustomer(first);
  await expect.poll(async () => (await first.request.get(`${url}/v1/claims/${id}`)).status()).toBe(200);
  await browser.close();

  const kept: { name: string; sha256: string }[] = [];
  const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
  const later = (page: Page) => page.getByRole("button", { name: "Save and finish later" });
  const find = async (page: Page) => {
    await page.goto(`${url}/drafts/${id}/proof`);
    const files = page.getByRole("list", { name: "Files" });
    await expect(page.getByLabel("Choose files")).toBeAttached();
    for (const { name } of kept) await expect(files.getByText(name, { exact: true })).toBeVisible();
    return files;
  };
  for (let kill = 0; kill < kills; kill += 1) {
    const page = await browser.start();
    const files = await find(page);
    const name = `proof-${kill}.pdf`;
    const buffer = Buffer.concat([pdf(), Buffer.alloc(Math.floor(chance() * 3_000_000), 32)]);
    await page.getByLabel("Choose files").setInputFiles({ name, mimeType: "application/pdf", buffer });
    await expect(files.getByText(name, { exact: true })).toBeVisible();
    await expect(page.getByText(/^Saved on this device/)).toBeVisible();
    kept.push({ name, sha256: createHash("sha256").update(buffer).digest("hex") });
    const goesUp = chance() < 0.5;
    if (goesUp) await later(page).click();
    await new Promise((resolve) => setTimeout(resolve, chance() * (goesUp ? 1_500 : 300)));
    await browser.kill();
  }
  const page = await browser.start();
  await find(page);
  await later(page).click();
  await expect.poll(async () => {
    const claim = await (await page.request.get(`${url}/v1/claims/${id}`)).json() as { draft: { poe_files: { name: string; sha256: string }[] } };
    return claim.draft.poe_files.map(({ name, sha256 }) => ({ name, sha256 })).sort(byName);
  }, { timeout: 60_000 }).toEqual([...kept].sort(byName));
  // The server has each as it was chosen.
  for (const { name, sha256 } of kept) {
    const reply = await page.request.get(`${url}/v1/files/${sha256}`);
    expect(createHash("sha256").update(await reply.body()).digest("hex"), name).toBe(sha256);
  }
  await browser.close();
}
