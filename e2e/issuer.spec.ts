import { expect, test } from "@playwright/test";
import { Issuer } from "#lib/access/sign-in/testing-issuer.ts";
import { startDashboard } from "./dashboard.ts";

test("a user signs in at an OpenID Connect issuer, with the role of their groups", async ({ browser }) => {
	test.setTimeout(120_000);
	const issuer = new Issuer();
	await issuer.start();
	const dashboard = await startDashboard({
		EOSYNC_OIDC_ISSUER: issuer.url,
		EOSYNC_OIDC_CLIENT_ID: "eosync",
		EOSYNC_OIDC_CLIENT_SECRET: "s3cret",
		EOSYNC_OIDC_NAME: "EO identity",
		EOSYNC_OIDC_ROLES: "eo-ops=operator",
	});
	try {
		const context = await browser.newContext({ baseURL: dashboard.url });
		const page = await context.newPage();
		issuer.who = { sub: "7", email: "eve@example.org", preferred_username: "eve", groups: ["others"] };
		await page.goto("/sign-in?next=/storages");
		await page.getByRole("button", { name: "Sign in with EO identity" }).click();
		await expect(page.getByRole("alert").filter({ hasText: "None of your groups has a role here" })).toBeVisible();

		issuer.who = { sub: "8", email: "grace@example.org", preferred_username: "grace", groups: ["eo-ops"] };
		await page.goto("/sign-in?next=/storages");
		await page.getByRole("button", { name: "Sign in with EO identity" }).click();
		await expect(page).toHaveURL("/storages");
		await page.getByRole("button", { name: "Account of grace" }).click();
		await expect(page.getByRole("menu").getByText("operator")).toBeVisible();
		await page.getByRole("menuitem", { name: "Your account" }).click();
		await expect(page.getByText("You sign in with OpenID Connect: change your password there.")).toBeVisible();
		await context.close();
	} finally {
		await dashboard.stop();
		issuer.stop();
	}
});
