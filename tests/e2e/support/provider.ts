// A certified provider of OpenID Connect, and a server where people sign in with it.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Page } from "@playwright/test";
import type { Server } from "./server";
import { expect, test as base } from "./test";

/** What people call the provider. */
export const LABEL = "Contoso ID";

const FOLDER = "../oidc";
const SECRET = "a secret that only the server has";

/** The provider as a process. It ends with its standard input. */
export class Provider {
  private constructor(
    private readonly process: ChildProcess,
    readonly issuer: string,
  ) {}

  static async start(): Promise<Provider> {
    const child = spawn("node", ["--no-warnings", "provider.mjs"], { cwd: FOLDER, stdio: ["pipe", "pipe", "inherit"] });
    for await (const line of createInterface({ input: child.stdout })) return new Provider(child, line);
    throw new Error("the provider did not start: run npm ci in tests/oidc");
  }

  /** Tells the provider of an account, in place of what it knew of it. */
  async account(id: string, claims: Record<string, unknown> = {}): Promise<void> {
    const usual = { name: "Ana Bowman", email: `${id}@fabrikam.example`, role: "incentives-admin", organisation: "Fabrikam Partners" };
    await this.tell("account", { id, ...usual, ...claims });
  }

  async knows(app: string): Promise<void> {
    await this.tell("client", { app });
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.stdin?.end();
    await ended;
  }

  private async tell(what: string, about: unknown): Promise<void> {
    const answer = await fetch(`${this.issuer}/test/${what}`, { method: "POST", body: JSON.stringify(about) });
    expect(answer.status, what).toBe(204);
  }
}

export const test = base.extend<{ provider: Provider; moreArgs: string[]; app: Server }>({
  moreArgs: [[], { option: true }],
  serverVariables: { CPOR_OIDC_CLIENT_SECRET: SECRET },
  provider: async ({}, use) => {
    const provider = await Provider.start();
    await provider.account("ana");
    await use(provider);
    await provider.stop();
  },
  serverArgs: async ({ provider, moreArgs }, use) => {
    await use(["--oidc-issuer", provider.issuer, "--oidc-client-id", "cpor", "--oidc-label", LABEL, ...moreArgs]);
  },
  app: async ({ provider, ownServer }, use) => {
    await provider.knows(ownServer.url);
    await use(ownServer);
  },
});

/** From the page for signing in to the provider, where somebody presses a button. */
export async function atProvider(page: Page, answer: string): Promise<void> {
  await page.getByRole("button", { name: `Sign in with ${LABEL}` }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Provider" })).toBeVisible();
  await page.getByRole("button", { name: answer }).click();
}
