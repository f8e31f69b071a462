// The life of a claim after it was handed in, driven over the protocol: by a
// reviewer, and by the partner where a test is not about the partner's pages.
import { type APIRequestContext, type PlaywrightWorkerArgs, expect } from "@playwright/test";
import { createHash, randomUUID } from "node:crypto";
import { pdf } from "./claim";

const PASSWORD = "claims-demo-2026";
const REVIEWER = "reviewer@review.example";

/** What a decision rests on. */
export interface Ground {
  ground: string;
  item?: string;
}

/** A claim as the server has it, as far as tests look at it. */
export interface Claim {
  id: string;
  revision: number;
  status: string;
  reference: string;
  was_disputed: boolean;
  status_reason: string;
  status_grounds: Ground[];
  deadline: { kind: string; due_on: string } | null;
  draft: {
    claim_name: string;
    comment: string;
    workloads: string[];
    products: { product: string; subscription_id: string }[];
    poe_files: { name: string; sha256: string; comment: string }[];
    customer_contact: { name: string };
  };
}

/** What is claimed. */
interface Items {
  workloads?: string[];
  products?: string[];
}

/** Somebody who speaks to the server without a page. */
export class Actor {
  private constructor(readonly request: APIRequestContext, private readonly url: string) {}

  /** The one who is signed in on a page. */
  static of(request: APIRequestContext, url: string): Actor {
    return new Actor(request, url);
  }

  /** A reviewer with a session of their own. */
  static async reviewer(playwright: PlaywrightWorkerArgs["playwright"], url: string): Promise<Actor> {
    const request = await playwright.request.newContext();
    const reply = await request.post(`${url}/v1/session`, {
      headers: { "X-CPOR": "1" }, data: { email: REVIEWER, password: PASSWORD },
    });
    expect(reply.ok()).toBe(true);
    return new Actor(request, url);
  }

  async claim(id: string): Promise<Claim> {
    const reply = await this.request.get(`${this.url}/v1/claims/${id}`);
    expect(reply.ok(), await reply.text()).toBe(true);
    return (await reply.json()) as Claim;
  }

  /** Waits until the claim has a status, and gives the claim. */
  async reaches(id: string, status: string): Promise<Claim> {
    await expect.poll(async () => (await this.claim(id)).status, { timeout: 30_000 }).toBe(status);
    return this.claim(id);
  }

  /** Does something to a claim, on its present revision. */
  async act(id: string, deed: string, data: object): Promise<Claim> {
    const { revision } = await this.claim(id);
    const reply = await this.request.post(`${this.url}/v1/claims/${id}/${deed}`, {
      headers: { ...this.headers(), "If-Match": `"${revision}"` }, data,
    });
    expect(reply.ok(), await reply.text()).toBe(true);
    return (await reply.json()) as Claim;
  }

  /** Changes the draft of a claim, as a colleague does. */
  async edit(id: string, change: (draft: Claim["draft"]) => void): Promise<void> {
    const { draft, revision } = await this.claim(id);
    change(draft);
    const reply = await this.request.put(`${this.url}/v1/claims/${id}`, {
      headers: { ...this.headers(), "If-Match": `"${revision}"` }, data: { draft },
    });
    expect(reply.ok(), await reply.text()).toBe(true);
  }

  /** A reviewer's decision. */
  async review(id: string, action: string, reason = "", grounds: Ground[] = []): Promise<Claim> {
    return this.act(id, "review", { action, reason, grounds });
  }

  /** Several decisions, of which the last one has reason and grounds. */
  async decide(id: string, actions: string[], reason: string, grounds: Ground[]): Promise<void> {
    for (const [at, action] of actions.entries()) {
      if (at < actions.length - 1) await this.review(id, action);
      else await this.review(id, action, reason, grounds);
    }
  }

  /** Creates a claim with proof and hands it in; answers its id. */
  async submitted(name: string, items: Items, edition = "current"): Promise<string> {
    const backend = (await (await this.request.get(`${this.url}/v1/backend`)).json()) as { rulesets: string[] };
    const { id, manifest } = await this.created(name, items, edition);
    await this.act(id, "submit", { ruleset: backend.rulesets[0], manifest });
    return id;
  }

  /** Creates a claim with proof, in which nothing is missing. */
  async created(name: string, items: Items, edition = "current"): Promise<{ id: string; manifest: string[] }> {
    const id = randomUUID();
    const file = await this.upload("statement-of-work.pdf");
    const isBusiness = items.products !== undefined;
    const since2023 = edition === "current" || edition === "oct2023";
    const draft = {
      edition,
      claim_name: name,
      solution_area: isBusiness ? "business-applications" : "modern-work-and-security",
      partner_role: isBusiness ? "usage-recognition" : "use-or-consume",
      partner_id: "4391507",
      tenant_id: randomUUID(),
      domain: "contoso.com",
      workloads: items.workloads ?? [],
      products: (items.products ?? []).map((product) => ({ product, subscription_id: randomUUID() })),
      customer_contact: { name: "Ana Bowman", title: "IT director", email: "ana@contoso.com" },
      partner_contact: { name: "Wei Chen", email: "wei@fabrikam.example" },
      technical_contact: since2023 || !isBusiness ? { name: "", title: "", email: "" } : { name: "Ana Bowman", title: "IT director", email: "ana@contoso.com" },
      poe_files: [file],
      poe_names_items: [...(items.workloads ?? []), ...(items.products ?? [])],
      comment: "As agreed with the customer.",
      acknowledgements: since2023
        ? { proof_is_genuine: true, customer_is_informed: true, editing_ends: true }
        : { proof_is_genuine: false, customer_is_informed: false, editing_ends: false },
    };
    const reply = await this.request.put(`${this.url}/v1/claims/${id}`, {
      headers: { ...this.headers(), "If-None-Match": "*" }, data: { draft },
    });
    expect(reply.ok(), await reply.text()).toBe(true);
    return { id, manifest: [file.sha256] };
  }

  private async upload(name: string) {
    const content = pdf();
    const sha256 = createHash("sha256").update(content).digest("hex");
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    const tus = { "X-CPOR": "1", "Tus-Resumable": "1.0.0" };
    const begun = await this.request.post(`${this.url}/v1/files`, {
      headers: {
        ...tus, "Upload-Length": String(content.length),
        "Upload-Metadata": `filename ${base64(name)},sha256 ${base64(sha256)}`,
      },
    });
    expect(begun.status(), await begun.text()).toBe(201);
    const sent = await this.request.patch(`${this.url}${begun.headers().location}`, {
      headers: { ...tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" }, data: content,
    });
    expect(sent.status(), await sent.text()).toBe(204);
    return { sha256, name, size_bytes: content.length, media_type: "application/pdf", comment: "", acknowledged_on: today() };
  }

  private headers() {
    return { "X-CPOR": "1", "Idempotency-Key": randomUUID() };
  }
}

/** The present day in the partner's time zone, `YYYY-MM-DD`. */
export function today(): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Taipei" }).format(new Date());
}
