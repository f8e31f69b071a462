// What axe finds on a page, in the colours that people choose.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const COLOURS = {
  light: { colorScheme: "light", forcedColors: "none" },
  dark: { colorScheme: "dark", forcedColors: "none" },
  forced: { colorScheme: "light", forcedColors: "active" },
} as const;

/** What axe finds, as lines that say where. */
export async function violations(page: Page, where: string): Promise<string[]> {
  // Otherwise axe opens an empty page for each result, for the sake of frames; there are none.
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode().withTags(TAGS).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${where}: ${id} at ${node.target.join(" ")}`));
}

export async function inAllColours(page: Page, where: string): Promise<string[]> {
  const found: string[] = [];
  for (const [name, media] of Object.entries(COLOURS)) {
    await page.emulateMedia(media);
    found.push(...(await violations(page, `${where} ${name}`)));
  }
  await page.emulateMedia({ colorScheme: null, forcedColors: null });
  return found;
}
