// What only the server knows lands on the same field, in the same words.
import { KINDS, claimName, fillContacts, fillDetails, fillRole, fillWorkloads, goOn, signIn, startDraft } from "./support/claim";
import { expect, test } from "./support/test";

interface Held { status: string; draft: { tenant_id: string; workloads?: string[]; solution_area?: string } }

test.use({ expectedErrors: [/ERR_FAILED|status of 422/] });

test("what the server refuses stands at its field and in the summary", async ({ page, server }) => {
  await signIn(page, server.url);
  const reply = await page.request.get(`${server.url}/v1/changes`);
  const { changes } = (await reply.json()) as { changes: { upsert?: { claim: Held } }[] };
  const held = changes.map(({ upsert }) => upsert?.claim)
    .find((claim) => claim?.status === "approved" && claim.draft.workloads?.includes("exchange-online"));
  if (!held) throw new Error("the demonstration has no approved claim of Exchange Online");
  // The browser cannot ask what is held, so its own rules find nothing.
  await page.route("**/v1/associations**", (route) => route.abort());

  const id = await startDraft(page);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await fillDetails(page, claimName("Contoso twice held"));
  await page.getByLabel("Customer tenant ID").fill(held.draft.tenant_id);
  await goOn(page, "workloads");
  await fillWorkloads(page, ["Exchange Online"]);
  await goOn(page, "contacts");
  await fillContacts(page);
  await goOn(page, "review");
  await page.getByRole("main").getByRole("button", { name: "Add customer" }).click();
  await expect(page).toHaveURL(/\/proof/);

  // The refusal is there, and after a reload it is there again.
  await page.goto(`${server.url}/outbox`);
  await expect(page.getByRole("main").getByText(/The server's rules refuse it/)).toBeVisible();
  await page.goto(`${server.url}/drafts/${id}/workloads`);
  await expect(page.getByRole("link", { name: /waiting to send/ })).toBeVisible();
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  const summary = page.getByRole("group", { name: "There is a problem" });
  await expect(summary).toBeFocused();
  const link = summary.getByRole("link", { name: /^Your organisation has claimed this already/ });
  await expect(link).toBeVisible();
  const text = await link.innerText();
  await expect(page.getByRole("main").getByText(`Error: ${text}`)).toBeVisible();
  await link.click();
  await expect(page.locator(":focus")).toHaveAttribute("id", /^f-workloads/);
});
