import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Sound for screen readers, light and dark, and nothing beyond the edge of a telephone. */
export async function expectAccessible(page: Page, what: string, within = "html"): Promise<void> {
	// Our pages have no frames: findings are collected in the page itself, not in a new one for every question, and
	// passed checks are not listed.
	const axe = () =>
		new AxeBuilder({ page })
			.options({ resultTypes: ["violations"] })
			.include(within)
			.setLegacyMode();
	await expectNoViolations(axe(), `${what}, light`);
	await page.emulateMedia({ colorScheme: "dark" });
	// What is seen is painted in the other colours a frame later.
	await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
	// Only the colours are others.
	await expectNoViolations(axe().withRules("color-contrast"), `${what}, dark`);
	await page.emulateMedia({ colorScheme: "light" });
	const wide = page.viewportSize();
	await page.setViewportSize({ width: 390, height: 844 });
	// What is drawn in the width of its place is drawn anew a frame later.
	await expect
		.configure({ soft: true })
		.poll(() => page.evaluate(() => document.documentElement.scrollWidth), {
			message: `${what} at 390 pixels`,
		})
		.toBeLessThanOrEqual(390);
	if (wide) await page.setViewportSize(wide);
}

async function expectNoViolations(axe: AxeBuilder, what: string): Promise<void> {
	const { violations } = await axe.analyze();
	const findings = violations.map(
		({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join("\n  ")}`,
	);
	expect.soft(findings, what).toEqual([]);
}
