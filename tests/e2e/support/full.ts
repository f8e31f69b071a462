// A browser that has no room left, for real.
import { type CDPSession, type Page, expect } from "@playwright/test";

const FILLER = "filler";

/** Fills local storage until not one more unit fits. */
export async function fillLocal(page: Page): Promise<void> {
  await page.evaluate((filler) => {
    let text = "x".repeat(1 << 22);
    for (let n = 0; text.length > 0;) {
      try {
        localStorage.setItem(`${filler}.${n}`, text);
        n += 1;
      } catch {
        text = text.slice(0, Math.floor(text.length / 2));
      }
    }
  }, FILLER);
}

export async function emptyLocal(page: Page): Promise<void> {
  await page.evaluate((filler) => {
    for (const key of Object.keys(localStorage)) if (key.startsWith(filler)) localStorage.removeItem(key);
  }, FILLER);
}

/** The room that the browser gives an origin, limited as by a full disk. */
export class Room {
  private most = 0;

  private constructor(private readonly page: Page, private readonly cdp: CDPSession, private readonly origin: string) {}

  /** Limits an origin before it has stored anything: the browser remembers for a while how
   * much room there was. It holds for as long as the page is open. */
  static async limited(page: Page, origin: string): Promise<Room> {
    const room = new Room(page, await page.context().newCDPSession(page), origin);
    await room.limit(40_000_000);
    return room;
  }

  async used(): Promise<number> {
    return (await this.cdp.send("Storage.getUsageAndQuota", { origin: this.origin })).usage;
  }

  async limit(bytes: number): Promise<void> {
    this.most = bytes;
    await this.cdp.send("Storage.overrideQuotaForOrigin", { origin: this.origin, quotaSize: Math.floor(bytes) });
  }

  /** Uses all of it. What fits no more says `QuotaExceededError`, down to a few hundred bytes. */
  async fill(): Promise<void> {
    const last = await this.page.evaluate(async (filler) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(filler, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(filler, { autoIncrement: true });
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const put = (bytes: number) => new Promise<string>((resolve) => {
        const transaction = database.transaction(filler, "readwrite", { durability: "strict" });
        const noise = new Uint8Array(bytes);
        for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(noise.subarray(at, Math.min(bytes, at + 65_536)));
        transaction.objectStore(filler).add(noise);
        transaction.oncomplete = () => resolve("");
        transaction.onabort = () => resolve(transaction.error?.name ?? "aborted");
      });
      let why = "";
      for (let bytes = 1 << 20; bytes >= 256; bytes >>= 1) {
        for (why = ""; why === "";) why = await put(bytes);
      }
      database.close();
      return why;
    }, FILLER);
    expect(last).toBe("QuotaExceededError");
  }

  /** Allows what is used. The browser looks at that now and then only: filled, it may be
   * much more than it allows, and what is freed of it would make no room. */
  async allowUsed(): Promise<void> {
    const used = await this.used();
    if (used > this.most) await this.limit(used);
  }

  /** As if the disk had been tidied up. */
  async free(): Promise<void> {
    await this.limit((await this.used()) + 50_000_000);
  }
}
