// A person at the keyboard: every key that is not text is counted, and at every
// stop the focus must be on something, and be seen.
import { type Locator, type Page, expect } from "@playwright/test";

/** Most stops that any control may be away. */
const FARTHEST = 120;

export class Keys {
  /** Keys pressed that were not text. */
  pressed = 0;

  constructor(private readonly page: Page) {}

  /** Presses a key that is no text. */
  async press(key: string): Promise<void> {
    this.pressed += 1;
    await this.page.keyboard.press(key);
  }

  /** Goes to a control by Tab, or by Shift+Tab, and looks at every stop on the way. */
  async to(target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
    await target.waitFor();
    for (let stops = 0; stops < FARTHEST; stops += 1) {
      await this.press(key);
      await this.expectVisibleFocus();
      if (await target.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`${FARTHEST} times ${key} did not reach ${target}`);
  }

  /** Goes to a field and types into it. */
  async type(target: Locator, text: string): Promise<void> {
    await this.to(target);
    await this.page.keyboard.type(text);
    await expect(target).toHaveValue(text);
  }

  /** Goes to a control and presses a key on it. */
  async pressOn(target: Locator, key: "Enter" | "Space"): Promise<void> {
    await this.to(target);
    await this.press(key);
  }

  /** The focus is on a control, and a line of two pixels or more goes round it or its card. */
  async expectVisibleFocus(): Promise<void> {
    const focus = await this.page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return { on: "nothing", width: 0 };
      const widths = [element, element.parentElement].map((part) => {
        const style = part && getComputedStyle(part);
        return !style || style.outlineStyle === "none" ? 0 : Number.parseFloat(style.outlineWidth);
      });
      return { on: element.outerHTML.slice(0, 120), width: Math.max(...widths) };
    });
    expect(focus.width, `outline of ${focus.on}`).toBeGreaterThanOrEqual(2);
  }
}
