import { defineConfig } from "@playwright/test";

const screenshots = /screenshots\.spec\.ts/;

export default defineConfig({
  testDir: ".",
  // Generous: a slow machine is not a defect. What has to be quick is measured
  // inside the page, where the test's own slowness does not count.
  timeout: 300_000,
  expect: { timeout: 20_000 },
  // One more than there are cores: a test waits for much.
  workers: 3,
  fullyParallel: true,
  forbidOnly: true,
  // On a loaded machine one of many tests may meet a hiccup of the machine. It
  // is tried once more, and named as flaky at the end: a race is still a defect.
  retries: 1,
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: {
      executablePath: process.env.CPOR_HEADLESS_SHELL ?? process.env.CPOR_CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
    // A trace of every test costs a quarter of the time; one of the second try is enough.
    trace: "on-first-retry",
  },
  projects: [
    { name: "e2e", testIgnore: screenshots },
    { name: "screenshots", testMatch: screenshots },
  ],
});
