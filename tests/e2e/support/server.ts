// Real servers for the tests: the reference server with its own data folder, and
// plain static hosting for the setting without a backend.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHAOS_ARGS } from "./chaos";

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the suite by "cargo xtask test e2e"`);
  return value;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

/** A server process that can be stopped and started again on the same port and data. */
export class Server {
  private process?: ChildProcess;
  private output = "";

  private constructor(
    readonly port: number,
    private readonly program: string,
    private readonly args: string[],
    private readonly readyPath: string,
    private readonly data?: string,
    private readonly variables: Record<string, string> = {},
  ) {}

  /** The reference server with demo data in a folder of its own, with the files of a build. */
  static async reference(
    dist = setting("CPOR_DIST"), more: string[] = [], variables: Record<string, string> = {},
  ): Promise<Server> {
    const port = await freePort();
    const data = await mkdtemp(join(tmpdir(), "cpor-e2e-"));
    const args = ["--listen", `127.0.0.1:${port}`, "--data", data, "--static", dist, "--demo", ...CHAOS_ARGS, ...more];
    const server = new Server(port, setting("CPOR_SERVER_BIN"), args, "/v1/backend", data, variables);
    await server.start();
    return server;
  }

  /** Static files alone: this device only. */
  static async withoutBackend(): Promise<Server> {
    const port = await freePort();
    const args = ["static", "--dist", setting("CPOR_DIST"), "--listen", `127.0.0.1:${port}`];
    const server = new Server(port, setting("CPOR_XTASK"), args, "/");
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const child = spawn(this.program, this.args, {
      stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...this.variables },
    });
    this.process = child;
    child.stdout.on("data", (text) => (this.output += text));
    child.stderr.on("data", (text) => (this.output += text));
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline && child.exitCode === null) {
      const answered = await fetch(this.url + this.readyPath).then((reply) => reply.ok, () => false);
      if (answered) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${this.program} did not start:\n${this.output}`);
  }

  async stop(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGCONT");
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(force);
  }

  /** Takes every connection and answers nothing, until it goes on. */
  hang(): void {
    this.process?.kill("SIGSTOP");
  }

  goOn(): void {
    this.process?.kill("SIGCONT");
  }

  /** Stops it and starts it again, told more than before if there is more to tell. */
  async restart(more: string[] = []): Promise<void> {
    await this.stop();
    this.args.push(...more);
    await this.start();
  }

  /** Stops it for good and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    if (this.data) await rm(this.data, { recursive: true, force: true });
  }
}
