// The browser is killed at random moments while somebody types and adds files:
// nothing older than a second is lost, and no file that was shown as kept.
//
// A few times in each run; CPOR_KILLS says how often, CPOR_KILL_SEED repeats one.
import { randomInt } from "node:crypto";
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

test("a file that was shown as kept is there after a kill, and goes up once", async ({ server }) => {
  test.setTimeout(60_000 + KILLS * 30_000);
  const chance = random(SEED + 1);
  const browser = await Killable.create();
  try {
    const first = await browser.start();
    await signIn(first, server.url);
    const id = await startDraft(first);
    await fillToReview(first, KINDS.use, claimName("Contoso killed"));
    await addCustomer(first);
    await expect.poll(async () => (await first.request.get(`${server.url}/v1/claims/${id}`)).status()).toBe(200);
    await browser.close();

    const kept: string[] = [];
    const rounds = Math.min(Math.ceil(KILLS / 2), 15);
    for (let kill = 0; kill < rounds; kill += 1) {
      const page = await browser.start();
      await page.goto(`${server.url}/drafts/${id}/proof`);
      const files = page.getByRole("list", { name: "Files" });
      await expect(page.getByLabel("Choose files")).toBeAttached();
      for (const name of kept) await expect(files.getByText(name, { exact: true })).toBeVisible();
      const name = `proof-${kill}.pdf`;
      const buffer = Buffer.concat([pdf(), Buffer.alloc(Math.floor(chance() * 3_000_000), 32)]);
      await page.getByLabel("Choose files").setInputFiles({ name, mimeType: "application/pdf", buffer });
      await expect(files.getByText(name, { exact: true })).toBeVisible();
      await expect(page.getByText(/^Saved on this device/)).toBeVisible();
      kept.push(name);
      await new Promise((resolve) => setTimeout(resolve, chance() * 300));
      await browser.kill();
    }
    const page = await browser.start();
    await page.goto(`${server.url}/drafts/${id}/proof`);
    const files = page.getByRole("list", { name: "Files" });
    for (const name of kept) await expect(files.getByText(name, { exact: true })).toBeVisible();
    await page.getByRole("button", { name: "Save and finish later" }).click();
    await expect.poll(async () => {
      const claim = await (await page.request.get(`${server.url}/v1/claims/${id}`)).json() as { draft: { poe_files: { name: string; sha256: string }[] } };
      return claim.draft.poe_files.map(({ name }) => name).sort();
    }, { timeout: 60_000 }).toEqual([...kept].sort());
  } finally {
    await browser.remove();
  }
});
