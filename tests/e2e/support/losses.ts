// What an enlarged page loses: what lies to the side, under something else, or
// cannot be reached.
import type { Page } from "@playwright/test";

/** What is lost on the page, as lines that say where. */
export async function losses(page: Page, where: string): Promise<string[]> {
  const found = await page.evaluate(() => {
    const lost: string[] = [];
    const root = document.documentElement;
    const name = (element: Element) => `${element.tagName} "${(element.textContent || element.id).trim().slice(0, 40)}"`;
    const isSticky = (element: Element) => ["sticky", "fixed"].includes(getComputedStyle(element).position);
    const seen = (element: Element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".ca-skip");

    if (root.scrollWidth > root.clientWidth) lost.push(`${root.scrollWidth - root.clientWidth} px to the side`);
    const all = [...document.body.querySelectorAll("*")].filter(seen);
    for (const element of all) {
      const scrolls = ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
      if (scrolls && element.scrollWidth > element.clientWidth + 1) lost.push(`${name(element)} scrolls to the side`);
    }

    // What stays in place must leave half of the height to what moves.
    const sticky = all.filter(isSticky);
    for (const top of [0, (root.scrollHeight - innerHeight) / 2, root.scrollHeight]) {
      scrollTo(0, top);
      const taken = new Set<number>();
      for (const element of sticky) {
        const { top: from, bottom: to, width } = element.getBoundingClientRect();
        if (width < innerWidth / 2) continue;
        for (let row = Math.max(0, Math.floor(from)); row < Math.min(innerHeight, to); row += 1) taken.add(row);
      }
      if (taken.size > innerHeight / 2) lost.push(`${taken.size} of ${innerHeight} px stay in place at ${Math.round(top)}`);
    }

    /** What lies on the middle of its first line, as far as that is in view. */
    const topmost = (element: Element) => {
      const box = element.getClientRects()[0];
      if (!box) return null;
      const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
      const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
      if (right - left < 1 || bottom - top < 1) return null;
      return document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    };
    const look = (control: Element, when: string) => {
      const above = topmost(control);
      if (!above || !control.contains(above)) lost.push(`${name(control)} ${when} lies under ${above ? name(above) : "the edge"}`);
    };
    for (const button of document.querySelectorAll("main [data-kind=primary]")) {
      if (!seen(button)) continue;
      for (const block of ["start", "nearest", "end"] as const) {
        button.scrollIntoView({ block });
        look(button, `scrolled to its ${block}`);
      }
    }
    for (const control of document.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, summary")) {
      // What is closed cannot have the focus.
      if (!seen(control) || control.matches(":disabled")) continue;
      control.focus();
      look(control, "in focus");
    }
    return lost;
  });
  return found.map((loss) => `${where}: ${loss}`);
}
