import type { Browser, BrowserContext, Page } from "@playwright/test";
import type { Role } from "#lib/access/permissions.ts";
import type { Dashboard } from "./dashboard.ts";

/** A browser that has it is signed in. */
export type SignedIn = Awaited<ReturnType<BrowserContext["storageState"]>>;

export const password = "moor ladder violin fern";

/** Opens a one-time link as its receiver does, chooses `password`, and stays signed in. */
export async function openLink(browser: Browser, link: string, name: string | null = null): Promise<SignedIn> {
	const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
	try {
		const page = await context.newPage();
		await page.goto(link);
		await choosePassword(page, name);
		await page.waitForURL(({ pathname }) => pathname === "/");
		return await context.storageState();
	} finally {
		await context.close();
	}
}

/** Fills in the form that a link leads to; the first administrator chooses a name as well. */
export async function choosePassword(page: Page, name: string | null, chosen = password): Promise<void> {
	if (name !== null) await page.getByLabel("Name").fill(name);
	await page.getByLabel("Password", { exact: true }).fill(chosen);
	await page.getByLabel("Password again").fill(chosen);
	await page.getByRole("button", { name: /^(Create administrator|Save password)$/ }).click();
}

/** A new user, invited on the console. */
export async function invite(browser: Browser, dashboard: Dashboard, name: string, role: Role): Promise<SignedIn> {
	const { stdout, stderr } = await dashboard.eosync("users", "add", name, "--role", role);
	const [link] = /http\S+\/set-up\?link=[\w-]+/.exec(stdout) ?? [];
	if (link === undefined) throw new Error(`${name} cannot be invited: ${stderr}`);
	return openLink(browser, link);
}

export async function signIn(page: Page, name: string, given = password): Promise<void> {
	await page.getByLabel("Name").fill(name);
	await page.getByLabel("Password").fill(given);
	await page.getByRole("button", { name: "Sign in", exact: true }).click();
}
