// clamd of ClamAV, with the EICAR test file as the only virus that it knows.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** The test file, in two parts, so that no scanner finds it here. */
export const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");

/** A scanner that may be away. Its address is known before it runs. */
export class Clamd {
  private process?: ChildProcess;

  private constructor(private readonly folder: string) {}

  /** One that is away. */
  static async away(): Promise<Clamd> {
    const clamd = new Clamd(await mkdtemp(join(tmpdir(), "cpor-clamd-")));
    await mkdir(join(clamd.folder, "signatures"));
    const signature = `Eicar-Test:0:*:${Buffer.from(EICAR).toString("hex")}\n`;
    await writeFile(join(clamd.folder, "signatures/test.ndb"), signature);
    await writeFile(join(clamd.folder, "clamd.conf"), [
      `LocalSocket ${clamd.socket}`, `DatabaseDirectory ${join(clamd.folder, "signatures")}`,
      "Foreground yes", "StreamMaxLength 26M", "",
    ].join("\n"));
    return clamd;
  }

  /** As the server is told of it. */
  get address(): string {
    return `clamd://${this.socket}`;
  }

  async start(): Promise<void> {
    const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
    const program = folders.map((folder) => join(folder, "clamd")).find(existsSync);
    if (!program) throw new Error(`clamd is missing: run "cargo xtask test e2e", which installs it`);
    this.process = spawn(program, ["-c", join(this.folder, "clamd.conf")], { stdio: "ignore" });
    const deadline = Date.now() + 60_000;
    while (!(await this.answers())) {
      if (Date.now() > deadline) throw new Error("clamd did not start");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends it, and removes what it kept. */
  async remove(): Promise<void> {
    const child = this.process;
    if (child && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private get socket(): string {
    return join(this.folder, "clamd.sock");
  }

  private async answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const connection = createConnection(this.socket, () => connection.write("zPING\0"));
      connection.once("data", (data) => {
        connection.destroy();
        resolve(data.toString() === "PONG\0");
      });
      connection.once("error", () => resolve(false));
    });
  }
}
