// The suite against a server that fails on purpose: CPOR_CHAOS is the share of the
// app's requests that fail. What a test itself asks the server is spared.
import type { APIRequestContext } from "@playwright/test";

const SHARE = Number(process.env.CPOR_CHAOS ?? 0);

export const isChaotic = SHARE > 0;

/** Arguments for the server. */
export const CHAOS_ARGS = isChaotic ? ["--chaos", String(SHARE), "--chaos-seed", process.env.CPOR_CHAOS_SEED ?? "1"] : [];

/** What the browser writes to its console for a request that failed. */
export const REQUEST_FAILED = /Failed to load resource|net::ERR_|Fetch API cannot load/;

type Fetch = (url: unknown, options?: { headers?: Record<string, string> }) => Promise<unknown>;

/** Spares what tests ask by themselves. */
export function spare(request: APIRequestContext): void {
  const kind = Object.getPrototypeOf(request) as { fetch: Fetch & { spares?: boolean } };
  if (!isChaotic || kind.fetch.spares) return;
  const fetch = kind.fetch;
  kind.fetch = function (this: unknown, url, options = {}) {
    return fetch.call(this, url, { ...options, headers: { ...options.headers, "X-CPOR-Spared": "1" } });
  };
  kind.fetch.spares = true;
}
