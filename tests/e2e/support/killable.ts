// A browser of its own with a profile on the disk, which can be killed as by a
// power switch: all its processes at once, without a word. It is the whole browser, which
// also keeps pages that were left.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type Page, chromium } from "@playwright/test";

export class Killable {
  private process?: ChildProcess;
  private browser?: Browser;
  private endpoint = "";

  private constructor(private readonly profile: string) {}

  static async create(): Promise<Killable> {
    return new Killable(await mkdtemp(join(tmpdir(), "cpor-kill-")));
  }

  /** Starts the browser on its profile and gives its page. */
  async start(): Promise<Page> {
    const port = join(this.profile, "DevToolsActivePort");
    await rm(port, { force: true });
    const child = spawn(process.env.CPOR_CHROMIUM ?? "chromium", [
      "--headless=new", "--remote-debugging-port=0", `--user-data-dir=${this.profile}`, "--no-sandbox", "--disable-gpu",
      "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--password-store=basic", "about:blank",
    ], { stdio: "ignore", detached: true });
    this.process = child;
    const deadline = Date.now() + 30_000;
    for (;;) {
      const text = await readFile(port, "utf8").catch(() => "");
      const [number] = text.split("\n");
      if (number) {
        this.endpoint = `http://127.0.0.1:${number}`;
        this.browser = await chromium.connectOverCDP(this.endpoint);
        break;
      }
      if (Date.now() > deadline || child.exitCode !== null) throw new Error("the browser did not start");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const context = this.browser.contexts()[0];
    if (!context) throw new Error("the browser has no context");
    return context.pages()[0] ?? context.newPage();
  }

  /** Meets the browser as one who has not seen it before. A page that came back from
   * beside the history is otherwise unknown to Playwright. */
  async meetAgain(): Promise<Page[]> {
    await this.browser?.close();
    this.browser = await chromium.connectOverCDP(this.endpoint);
    return this.browser.contexts().flatMap((context) => context.pages());
  }

  /** Ends every process of the browser at once. */
  async kill(): Promise<void> {
    const child = this.process;
    if (child?.pid === undefined) throw new Error("there is nothing to kill");
    const ended = new Promise((resolve) => child.once("exit", resolve));
    process.kill(-child.pid, "SIGKILL");
    await ended;
    this.process = undefined;
  }

  /** Ends it as a person does, with everything written. */
  async close(): Promise<void> {
    const child = this.process;
    if (!child) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const session = await this.browser?.newBrowserCDPSession();
    await session?.send("Browser.close").catch(() => undefined);
    await ended;
    this.process = undefined;
  }

  async remove(): Promise<void> {
    if (this.process) await this.kill();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
