// In a language with 40 % longer words no text is cut: none leaves the page, the
// box that shows it, or a part that hides what is too much.
import type { Page } from "@playwright/test";
import { KINDS } from "./support/claim";
import { emptyDraft, everyPage, mainButton, open } from "./support/pages";
import { expect, test } from "./support/test";

const LANGUAGE = "en-XA";
const WINDOWS = { "at the desk": { width: 1280, height: 800 }, "at 320 px": { width: 320, height: 640 } };

/** Texts that are cut, as lines that say where. */
async function cutTexts(page: Page, where: string): Promise<string[]> {
  const found = await page.evaluate(() => {
    const cut: string[] = [];
    // What is clipped is out of sight on purpose, and read aloud all the same.
    const isClipped = (element: Element | null): boolean =>
      element !== null && (getComputedStyle(element).clipPath !== "none" || isClipped(element.parentElement));
    const seen = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
      && !isClipped(element) && !element.closest(".ca-skip");
    const hides = (element: Element) => getComputedStyle(element).overflowX !== "visible";
    const draws = (element: Element) => {
      const { borderInlineEndWidth, backgroundColor } = getComputedStyle(element);
      return Number.parseFloat(borderInlineEndWidth) > 0 || !["rgba(0, 0, 0, 0)", "transparent"].includes(backgroundColor);
    };
    for (const element of document.body.querySelectorAll("*")) {
      const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim());
      if (texts.length === 0 || !seen(element) || element.closest("script, style, noscript, option")) continue;
      const words = `"${element.textContent?.trim().slice(0, 40)}"`;
      if (hides(element) && element.scrollWidth > element.clientWidth + 1) cut.push(`${words} is wider than its place`);
      if (hides(element) && element.scrollHeight > element.clientHeight + 1) cut.push(`${words} is higher than its place`);
      for (const text of texts) {
        const range = document.createRange();
        range.selectNodeContents(text);
        const { left, right, top, bottom } = range.getBoundingClientRect();
        if (left < -1 || right > document.documentElement.clientWidth + 1) cut.push(`${words} leaves the page`);
        // The nearest box that is drawn round it, and each that hides what leaves it.
        let isNearest = true;
        for (let box: Element | null = element; box && box !== document.body; box = box.parentElement) {
          const is = box.getBoundingClientRect();
          const drawn = isNearest && draws(box);
          if (drawn) isNearest = false;
          if (!drawn && !hides(box)) continue;
          if (left < is.left - 1 || right > is.right + 1 || top < is.top - 1 || bottom > is.bottom + 1) {
            cut.push(`${words} leaves its ${box.tagName} ${box.className}`);
          }
        }
      }
    }
    // A choice shows the chosen text in one line; its width is that of the text.
    const pen = document.createElement("canvas").getContext("2d");
    for (const select of document.querySelectorAll("select")) {
      if (!pen || !seen(select)) continue;
      const style = getComputedStyle(select);
      pen.font = style.font;
      const room = select.clientWidth - Number.parseFloat(style.paddingInlineStart) - Number.parseFloat(style.paddingInlineEnd);
      const label = select.selectedOptions[0]?.label ?? "";
      if (pen.measureText(label).width > room) cut.push(`"${label}" is wider than its choice`);
    }
    return cut;
  });
  return found.map((line) => `${where}: ${line}`);
}

for (const [window, viewport] of Object.entries(WINDOWS)) {
  test.describe(window, () => {
    test.use({ viewport });

    test("no text is cut on any page", async ({ page, server }) => {
      const cut: string[] = [];
      for (const path of await everyPage(page, server.url)) {
        await open(page, server.url, path, LANGUAGE);
        cut.push(...(await cutTexts(page, path)));
      }
      expect(cut).toEqual([]);
    });

    test("no text is cut where something is wrong", async ({ page, server }) => {
      const cut: string[] = [];
      const look = async (path: string) => {
        await open(page, server.url, path, LANGUAGE);
        await mainButton(page).click();
        await expect(page.locator(".ca-errors")).toBeFocused();
        cut.push(...(await cutTexts(page, `${path} with errors`)));
      };
      for (const [kind, steps] of [
        [KINDS.use, ["details", "workloads", "contacts", "review"]],
        [KINDS.revenue, ["products", "revenue", "all"]],
      ] as const) {
        const id = await emptyDraft(page, server.url, kind);
        for (const step of steps) await look(`/drafts/${id}/${step}`);
      }
      expect(cut).toEqual([]);
    });
  });
}
