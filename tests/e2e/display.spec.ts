// How things look to those who need it otherwise: targets, forced colours, motion.
import type { Page } from "@playwright/test";
import { signIn } from "./support/claim";
import { everyPage, open } from "./support/pages";
import { expect, test } from "./support/test";

/** Controls below the least size that have no room around them either (WCAG 2.5.8). */
async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const LEAST = 24;
    const controls = [...document.querySelectorAll<HTMLElement>("a[href], button, summary, select, input, textarea")]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }));
    const boxes = controls.map((element) => {
      // A box and its label are one target.
      const label = element instanceof HTMLInputElement ? element.labels?.[0] : undefined;
      const own = element.getBoundingClientRect();
      const other = label?.getBoundingClientRect() ?? own;
      return {
        element, own, width: Math.max(own.width, other.width), height: Math.max(own.height, other.height),
        // A link within a sentence is exempt.
        inText: element.tagName === "A" && getComputedStyle(element).display === "inline",
      };
    }).filter(({ own }) => own.width > 1 && own.height > 1 && own.right > 0);
    return boxes
      .filter(({ width, height, inText }) => !inText && (width < LEAST || height < LEAST))
      .map(({ element, width, height }) => `${element.tagName} "${(element.textContent ?? "").trim().slice(0, 30)}" ${width.toFixed(0)}x${height.toFixed(0)}`);
  });
}

test("every target is at least 24 px in both directions, on the desk and on a phone", async ({ page, server }) => {
  const paths = await everyPage(page, server.url);
  const found: string[] = [];
  for (const [width, height] of [[1280, 800], [320, 640]] as const) {
    await page.setViewportSize({ width, height });
    for (const path of paths) {
      await open(page, server.url, path);
      found.push(...(await smallTargets(page)).map((target) => `${width} ${path}: ${target}`));
    }
  }
  expect(found).toEqual([]);
});

test("in forced colours what is chosen, what can be pressed and what state it is keep a border", async ({ page, server }) => {
  await signIn(page, server.url);
  await page.emulateMedia({ forcedColors: "active" });
  const borderless = await page.evaluate(() =>
    [...document.querySelectorAll("main button, main input, main select, .ca-pill")]
      .filter((element) => element.checkVisibility() && Number.parseFloat(getComputedStyle(element).borderBottomWidth) < 1 && !element.closest("th"))
      .map((element) => `${element.tagName}.${element.className}`));
  expect(borderless).toEqual([]);
});

test("nothing moves where less motion is asked for, and nothing moves long otherwise", async ({ page, server }) => {
  const longest = async () => page.evaluate(() => {
    const seconds = (list: string) => Math.max(...list.split(",").map((time) => Number.parseFloat(time) * (time.trim().endsWith("ms") ? 0.001 : 1)));
    return Math.max(...[...document.querySelectorAll("*")].map((element) => {
      const style = getComputedStyle(element);
      const animation = style.animationName === "none" ? 0 : seconds(style.animationDuration);
      return Math.max(seconds(style.transitionDuration), animation);
    }));
  });
  await signIn(page, server.url);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  const usual = await longest();
  expect(usual).toBeGreaterThan(0);
  expect(usual).toBeLessThanOrEqual(0.2);
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await longest()).toBe(0);
});

test("a page prints dark on white, whichever theme is chosen", async ({ page, server }) => {
  const brightness = () => page.evaluate(() => {
    const [red = 0, green = 0, blue = 0] = getComputedStyle(document.body).color.match(/[\d.]+/g)?.map(Number) ?? [];
    return (red + green + blue) / 3;
  });
  await page.emulateMedia({ colorScheme: "dark" });
  await signIn(page, server.url);
  expect(await brightness()).toBeGreaterThan(200);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await brightness()).toBeLessThan(100);
  await page.evaluate(() => { document.documentElement.dataset["theme"] = "dark"; });
  expect(await brightness()).toBeLessThan(100);
});
