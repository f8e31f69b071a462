// Signing in with an account of a provider, and out of all sessions.
import type { Page } from "@playwright/test";
import { ADMIN, KINDS, claimName, fillDetails, fillRole, goOn, startDraft } from "./support/claim";
import { expectSaved, open } from "./support/pages";
import { LABEL, atProvider, test } from "./support/provider";
import { expect } from "./support/test";

function signInLink(page: Page) {
  return page.getByRole("banner").getByRole("link", { name: "Sign in" });
}

function signOutButton(page: Page) {
  return page.getByRole("banner").getByRole("button", { name: "Sign out" });
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await atProvider(page, "I am ana");
  await expect(page.getByRole("heading", { level: 1, name: "Customer claims" })).toBeVisible();
  await expect(signOutButton(page)).toBeVisible();
}

test("one comes back from the provider to where one was", async ({ page, app }) => {
  await page.goto(`${app.url}/sign-in?return=/settings`);
  await atProvider(page, "I am ana");
  await expect(page).toHaveURL(`${app.url}/settings`);
  await expect(signOutButton(page)).toBeVisible();
  await page.goto(`${app.url}/sign-in`);
  await expect(page.getByRole("main").getByText("Signed in as Ana Bowman, Fabrikam Partners")).toBeVisible();
  // What a script could read holds no token of the provider.
  const readable = await page.evaluate(() => JSON.stringify([document.cookie, localStorage, sessionStorage]));
  expect(readable).not.toContain("eyJ");
});

test("whoever has no role here is told whom to ask", async ({ page, app, provider }) => {
  await provider.account("kai", { role: "guest" });
  await page.goto(`${app.url}/sign-in?return=/settings`);
  await atProvider(page, "I am kai");
  await expect(page.getByText(`${LABEL} gives you no role here. Ask your administrator`)).toBeVisible();
  await expect(signInLink(page)).toBeVisible();
  // The administrator gives one; the provider knows who it is and asks no more.
  await provider.account("kai", { role: "incentives-user" });
  await page.getByRole("button", { name: `Sign in with ${LABEL}` }).click();
  await expect(page).toHaveURL(`${app.url}/settings`);
  await expect(signOutButton(page)).toBeVisible();
});

test("whoever gives up at the provider can sign in otherwise", async ({ page, app }) => {
  await page.goto(`${app.url}/sign-in?return=/settings`);
  await atProvider(page, "Cancel");
  await expect(page.getByText("You did not sign in. You can try again at any time.")).toBeVisible();
  await expect(page.getByText("Words of the provider")).toHaveCount(0);
  await expect(page.getByLabel("Password")).toBeVisible();
  await page.getByRole("button", { name: ADMIN }).click();
  await expect(page).toHaveURL(`${app.url}/settings`);
  await expect(signOutButton(page)).toBeVisible();
});

test.describe("of two browsers", () => {
  // What the other one asks next is refused.
  test.use({ expectedErrors: [/status of 401/] });

  test("signing out everywhere ends the session of another browser", async ({ page, browser, app }) => {
    await signIn(page, app.url);
    const elsewhere = await browser.newContext();
    const other = await elsewhere.newPage();
    await signIn(other, app.url);
    await open(page, app.url, "/settings");
    await page.getByRole("region", { name: "Sessions" }).getByRole("button", { name: "Sign out everywhere" }).click();
    await expect(signInLink(page)).toBeVisible();
    await expect(page.getByRole("region", { name: "Sessions" })).toHaveCount(0);
    for (const one of [page, other]) {
      expect((await one.request.get(`${app.url}/v1/session`)).status()).toBe(204);
    }
    await other.reload();
    await expect(signInLink(other)).toBeVisible();
    await elsewhere.close();
  });
});

test("a draft that was written signed out is there after the provider", async ({ page, app }) => {
  const id = await startDraft(page, app.url);
  const name = claimName("Contoso before signing in");
  await fillRole(page, KINDS.use);
  await goOn(page, "details");
  await fillDetails(page, name);
  await expectSaved(page);
  await page.goto(`${app.url}/sign-in?return=/drafts/${id}/details`);
  await atProvider(page, "I am ana");
  await expect(page).toHaveURL(`${app.url}/drafts/${id}/details`);
  await expect(signOutButton(page)).toBeVisible();
  await expect(page.getByLabel("Claim name")).toHaveValue(name);
});

test.describe("where the provider is the only way", () => {
  // The provider's own page asks for a font from elsewhere.
  test.use({ moreArgs: ["--no-local-accounts"], expectedErrors: [/fonts\.googleapis\.com/] });

  test("there is no password to enter, and one can leave the provider too", async ({ page, app, provider }) => {
    await signIn(page, app.url);
    await signOutButton(page).click();
    await expect(signInLink(page)).toBeVisible();
    await page.goto(`${app.url}/sign-in`);
    await expect(page.getByRole("button", { name: `Sign in with ${LABEL}` })).toBeVisible();
    await expect(page.getByLabel("Password")).toHaveCount(0);
    await expect(page.getByRole("button", { name: ADMIN })).toHaveCount(0);
    await page.getByRole("link", { name: `Sign out of ${LABEL} as well` }).click();
    await expect(page).toHaveURL(new RegExp(`^${provider.issuer}/session/end`));
  });
});
