// Files of the proof: what cannot be taken is named, and the others go on.
import { KINDS, addCustomer, claimName, fillToReview, pdf, signIn, startDraft } from "./support/claim";
import { expect, test } from "./support/test";

test("a file that is refused is named with its remedy, and the others are taken", async ({ page, server }) => {
  await signIn(page, server.url);
  await startDraft(page);
  await fillToReview(page, KINDS.use, claimName("Contoso files"));
  await addCustomer(page);
  const choose = page.getByLabel("Choose files");
  await expect(choose).toHaveAccessibleDescription(/25 MB/);
  await choose.setInputFiles([
    { name: "tool.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ") },
    { name: "statement-of-work.pdf", mimeType: "application/pdf", buffer: pdf() },
    { name: "empty.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(0) },
    { name: "acceptance.pdf", mimeType: "application/pdf", buffer: pdf() },
  ]);
  const files = page.getByRole("list", { name: "Files" });
  await expect(files.getByText("statement-of-work.pdf", { exact: true })).toBeVisible();
  await expect(files.getByText("acceptance.pdf", { exact: true })).toBeVisible();
  await expect(page.getByRole("main").getByText("tool.exe was not added: this kind of file is not accepted. Save it as PDF and add that.")).toBeVisible();
  await expect(page.getByRole("main").getByText(/^empty\.pdf was not added/)).toBeVisible();
  await expect(files.getByText("tool.exe")).toHaveCount(0);
});
