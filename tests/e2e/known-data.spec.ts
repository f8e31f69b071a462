// What is known already is offered, and never asked twice.
import { KINDS, fillDetails, fillRole, fillWorkloads, goOn, signIn, startDraft } from "./support/claim";
import { expect, test } from "./support/test";

test("own locations and own contact are one press each", async ({ page, server }) => {
  await signIn(page, server.url);
  await startDraft(page);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await fillDetails(page, "Contoso known data");
  await page.getByRole("textbox", { name: "Partner ID" }).fill("");
  await page.getByRole("button", { name: /Fabrikam Singapore/ }).click();
  await expect(page.getByRole("textbox", { name: "Partner ID" })).toHaveValue("4391508");
  await goOn(page, "workloads");
  await fillWorkloads(page, ["Exchange Online"]);
  await goOn(page, "contacts");
  const own = page.getByRole("region", { name: "Your contact" });
  await own.getByRole("button").first().click();
  await expect(own.getByLabel("Name", { exact: true })).toHaveValue("Wei Chen");
  await expect(own.getByLabel("Email address")).toHaveValue("admin@fabrikam.example");
});

test("the browser may fill in one's own contact, and not the customer's", async ({ page, server }) => {
  const id = await startDraft(page, server.url);
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await page.goto(`${server.url}/drafts/${id}/contacts`);
  const own = page.getByRole("region", { name: "Your contact" });
  await expect(own.getByLabel("Name", { exact: true })).toHaveAttribute("autocomplete", "name");
  await expect(own.getByLabel("Email address")).toHaveAttribute("autocomplete", "email");
  const customer = page.getByRole("region", { name: "Customer contact" });
  for (const field of await customer.getByRole("textbox").all()) await expect(field).toHaveAttribute("autocomplete", "off");
});
