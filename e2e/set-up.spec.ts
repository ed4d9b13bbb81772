import { expect, test } from "@playwright/test";
import { startDashboard } from "./dashboard.ts";
import { choosePassword } from "./sign-in.ts";

test("without a user there is nothing but the set-up, by the link on the console, once", async ({ browser }) => {
	test.setTimeout(120_000);
	const dashboard = await startDashboard();
	try {
		const context = await browser.newContext({ baseURL: dashboard.url });
		const page = await context.newPage();
		for (const path of ["/", "/containers", "/users", "/sign-in", "/nothing-here"]) {
			await page.goto(path);
			await expect(page).toHaveURL("/set-up");
			await expect(page.getByRole("heading", { name: "Set up eosync" })).toBeVisible();
			await expect(page.getByRole("textbox")).toHaveCount(0);
		}
		await page.goto("/set-up?link=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
		await expect(page.getByRole("heading", { name: "This link does not work" })).toBeVisible();

		await page.goto(dashboard.setUpLink);
		await choosePassword(page, "A", "short");
		await expect(page.getByLabel("Name")).toHaveAccessibleDescription(/at least 2 characters/);
		await expect(page.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/at least 12 characters/);
		await choosePassword(page, "Ada", "AdaAdaAdaAda");
		await expect(page.getByRole("alert").filter({ hasText: "too easy to guess" })).toBeVisible();
		await choosePassword(page, "Ada");
		await expect(page.getByRole("heading", { name: "Health" })).toBeVisible();
		await expect(page.getByRole("button", { name: "Account of Ada" })).toBeVisible();

		// Another browser: an open page that is signed out goes to the sign-in by itself, in the middle of any other navigation.
		const another = await browser.newContext({ baseURL: dashboard.url });
		const stranger = await another.newPage();
		await stranger.goto(dashboard.setUpLink);
		await expect(stranger.getByRole("heading", { name: "This link does not work" })).toBeVisible();
		await stranger.goto("/");
		await expect(stranger).toHaveURL("/sign-in");
		await another.close();
		await context.close();
	} finally {
		await dashboard.stop();
	}
});
