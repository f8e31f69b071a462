// The `test` of this suite: a real server per worker, and a page on which no
// error passes unseen.
import { test as base } from "@playwright/test";
import { REQUEST_FAILED, isChaotic, spare } from "./chaos";
import { Server } from "./server";

export { expect } from "@playwright/test";

interface Fixtures {
  /** Texts of console errors that this test causes on purpose. */
  expectedErrors: RegExp[];
  watched: void;
  /** A server for this test alone. The pages leave before it ends: what a page
   * still asks a server that is gone would be an error in the browser. */
  ownServer: Server;
  /** What that server is told beyond the usual. */
  serverArgs: string[];
  /** Variables of that server, for secrets. */
  serverVariables: Record<string, string>;
}

export const test = base.extend<Fixtures, { server: Server; staticServer: Server }>({
  server: [async ({}, use) => {
    const server = await Server.reference();
    await use(server);
    await server.remove();
  }, { scope: "worker" }],
  staticServer: [async ({}, use) => {
    const server = await Server.withoutBackend();
    await use(server);
    await server.remove();
  }, { scope: "worker" }],
  expectedErrors: [[], { option: true }],
  serverArgs: [[], { option: true }],
  serverVariables: [{}, { option: true }],
  ownServer: async ({ context, serverArgs, serverVariables }, use) => {
    const server = await Server.reference(undefined, serverArgs, serverVariables);
    await use(server);
    await Promise.all(context.pages().map((page) => page.close()));
    await server.remove();
  },
  watched: [async ({ context, expectedErrors }, use) => {
    const errors: string[] = [];
    spare(context.request);
    const known = isChaotic ? [...expectedErrors, REQUEST_FAILED] : expectedErrors;
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
      });
    });
    context.on("console", (message) => {
      if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => errors.push(String(error.error())));
    await use();
    const unexpected = errors.filter((error) => !known.some((one) => one.test(error)));
    if (unexpected.length > 0) throw new Error(`errors in the browser:\n${unexpected.join("\n")}`);
  }, { auto: true }],
});
