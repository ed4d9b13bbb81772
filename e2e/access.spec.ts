import { expect, holdBack, test, visit } from "./journey.ts";
import { signedOut } from "./server.ts";
import { choosePassword, invite, openLink, password, signIn } from "./sign-in.ts";

test.describe("who is not signed in", () => {
	test.use(signedOut);

	test("is asked to, and then led to where they wanted to go", async ({ page, dashboard }) => {
		await page.goto("/storages?from=somewhere");
		await expect(page).toHaveURL("/sign-in?next=%2Fstorages%3Ffrom%3Dsomewhere");
		await expect(page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
		await expect(page.getByRole("navigation")).toHaveCount(0);
		await expect(page.getByLabel("Name")).toBeFocused();

		await page.keyboard.type("ada");
		await page.keyboard.press("Tab");
		await page.keyboard.type("not the password");
		await page.keyboard.press("Enter");
		await expect(page.getByRole("alert").filter({ hasText: "The name or the password is wrong" })).toBeVisible();
		await expect(page.getByLabel("Name")).toHaveValue("ada");

		await signIn(page, "ada");
		await expect(page).toHaveURL("/storages?from=somewhere");
		await expect(page.getByRole("button", { name: "Account of Ada" })).toBeVisible();
		expect(
			(await page.context().cookies(dashboard.url)).map(({ name, httpOnly, sameSite }) => ({
				name,
				httpOnly,
				sameSite,
			})),
		).toEqual([{ name: expect.stringMatching(/^eosync-\d+\.session_token$/), httpOnly: true, sameSite: "Lax" }]);
	});

	test("may type before the page lives", async ({ page }) => {
		const scripts = await holdBack(page, ({ pathname }) => pathname.endsWith(".js"));
		await page.goto("/sign-in?next=%2Fstorages", { waitUntil: "commit" });
		await page.getByLabel("Name").fill("Ada");
		await page.getByLabel("Password").fill(password);
		await page.keyboard.press("Enter");
		await expect(page.getByRole("button", { name: "Sign in" })).toBeDisabled();
		expect(await scripts.release()).toBeGreaterThan(0);
		await page.getByRole("button", { name: "Sign in" }).click();
		await expect(page).toHaveURL("/storages");
	});

	test("is led to no other site", async ({ page, dashboard }) => {
		for (const next of ["https://evil.example/", "//evil.example", "/\\evil.example"]) {
			await page.goto(`/sign-in?${new URLSearchParams({ next })}`);
			await signIn(page, "Ada");
			await expect(page).toHaveURL(`${dashboard.url}/`);
			// A page that loses its cookies complains, as it should.
			await page.goto("about:blank");
			await page.context().clearCookies();
		}
	});

	test("is locked out after five tries, by whatever name, and helped on the console", async ({
		page,
		browser,
		dashboard,
	}) => {
		await invite(browser, dashboard, "Grace", "viewer");
		for (const name of ["Grace", "Nobody"]) {
			await page.goto("/sign-in");
			for (let guess = 1; guess <= 5; guess += 1) {
				await signIn(page, name, `guess ${guess}`);
				await expect(page.getByRole("alert").filter({ hasText: "The name or the password is wrong" })).toBeVisible();
				await expect(page.getByRole("button", { name: "Sign in" })).not.toHaveAttribute("aria-disabled");
			}
			await signIn(page, name, password);
			await expect(
				page.getByRole("alert").filter({ hasText: /^Too many attempts: signing in is locked until \d\d:\d\d UTC/ }),
			).toBeVisible();
		}
		const { stdout } = await dashboard.eosync("users", "reset-password", "grace");
		const [link = ""] = /http\S+/.exec(stdout) ?? [];
		await page.goto(link);
		await expect(page.getByRole("heading", { name: "New password, Grace" })).toBeVisible();
		await choosePassword(page, null, "password1234");
		await expect(page.getByRole("alert").filter({ hasText: "too easy to guess" })).toBeVisible();
		await choosePassword(page, null, "river copper window oak");
		await expect(page.getByRole("button", { name: "Account of Grace" })).toBeVisible();
		await page.goto(link);
		await expect(page.getByRole("heading", { name: "This link does not work" })).toBeVisible();
		await dashboard.eosync("users", "remove", "Grace");
	});
});

test("signing out ends the session everywhere it is open", async ({ page, context, browser, dashboard }) => {
	const own = await browser.newContext({
		baseURL: dashboard.url,
		storageState: await invite(browser, dashboard, "Edsger", "viewer"),
	});
	const [first, second] = [await own.newPage(), await own.newPage()];
	await visit(first, "/runs");
	await visit(second, "/containers");
	await first.getByRole("button", { name: "Account of Edsger" }).click();
	await first.getByRole("menuitem", { name: "Sign out" }).click();
	await expect(first).toHaveURL("/sign-in");
	// It is told, or hears with its next question, whichever is first.
	await expect(second).toHaveURL(/\/sign-in(\?next=%2Fcontainers)?$/);
	await first.goBack();
	await expect(first).toHaveURL(/\/sign-in/);
	await own.close();
	await dashboard.eosync("users", "remove", "Edsger");
	await visit(page, "/account");
	await expect(page.getByRole("list", { name: "Your sessions" }).getByText("this one")).toBeVisible();
	expect(context.pages()).toHaveLength(1);
});

test("an administrator invites, changes roles, and removes a user in the middle of their work", async ({
	page,
	browser,
	dashboard,
	archive,
}) => {
	archive.scene("series/SCENE");
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [{ id: "SERIES", kind: "dataset-series", sources: [{ storage: "archive", include: ["*.tif"] }] }],
	});
	await visit(page, "/users");
	await page.getByRole("button", { name: "Add user" }).click();
	const dialog = page.getByRole("dialog", { name: "Add user" });
	await dialog.getByLabel("Name").fill("Barbara L.");
	await dialog.getByLabel("Role").selectOption("viewer");
	await dialog.getByRole("button", { name: "Add user" }).click();
	const shown = page.getByRole("dialog", { name: "Link for Barbara L." });
	const link = (await shown.getByTitle(/^http.*set-up\?link=/).textContent()) ?? "";
	await shown.getByRole("button", { name: "Done" }).click();
	await expect(page.getByText("has not chosen a password yet")).toBeVisible();

	const hers = await browser.newContext({ baseURL: dashboard.url, storageState: await openLink(browser, link) });
	const her = await hers.newPage();
	await test.step("a viewer is offered nothing that she may not do", async () => {
		await visit(her, "/containers");
		await expect(her.getByRole("link", { name: "SERIES" })).toBeVisible();
		await expect(her.getByRole("button", { name: "Sync all" })).toHaveCount(0);
		await expect(her.getByRole("link", { name: "Add container" })).toHaveCount(0);
		await expect(her.getByRole("link", { name: "Users" })).toHaveCount(0);
		await visit(her, "/users");
		await expect(her.getByRole("heading", { name: "Your role cannot open this page" })).toBeVisible();
		await visit(her, "/containers/SERIES?tab=settings");
		await expect(her.getByLabel("Title")).toBeDisabled();
		await her.keyboard.press("s");
		await expect(her.getByText("You need the role operator to check and sync.")).toBeVisible();
	});

	await test.step("another role counts on the open page, within seconds", async () => {
		await visit(page, "/users");
		await page.getByLabel("Role of Barbara L.").selectOption("operator");
		await expect(her.getByRole("button", { name: "Sync", exact: true })).toBeVisible();
		await her.getByRole("button", { name: "Sync", exact: true }).click();
		await expect(her.getByText("in sync", { exact: true })).toBeVisible();
		const { stdout } = await dashboard.eosync("runs", "--json");
		expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({ actor: "Barbara L.", trigger: "dashboard" });
	});

	await test.step("removed, she is out at once", async () => {
		await page.getByRole("button", { name: "Remove Barbara L." }).click();
		await page.getByRole("dialog").getByRole("button", { name: "Remove Barbara L." }).click();
		await expect(her).toHaveURL(/\/sign-in\?next=/);
		expect((await hers.request.get("/api/containers")).status()).toBe(401);
		await expect(page.getByText("Barbara L.", { exact: true })).toHaveCount(0);
	});
	await hers.close();
});

test("a changed password ends the other sessions", async ({ browser, dashboard }) => {
	const state = await invite(browser, dashboard, "Tony", "operator");
	const own = await browser.newContext({ baseURL: dashboard.url, storageState: state });
	const other = await browser.newContext({ baseURL: dashboard.url, ...signedOut });
	const elsewhere = await other.newPage();
	await elsewhere.goto("/sign-in");
	await signIn(elsewhere, "Tony");
	await expect(elsewhere).toHaveURL("/");

	const page = await own.newPage();
	await visit(page, "/account");
	await expect(page.getByRole("list", { name: "Your sessions" }).getByRole("listitem")).toHaveCount(2);
	await page.getByLabel("Current password").fill("not it at all");
	await page.getByLabel("New password", { exact: true }).fill("river copper window oak");
	await page.getByLabel("New password again").fill("river copper window oak");
	await page.getByRole("button", { name: "Change password" }).click();
	await expect(page.getByRole("alert").filter({ hasText: "not your current password" })).toBeVisible();
	await page.getByLabel("Current password").fill(password);
	await page.getByRole("button", { name: "Change password" }).click();
	await expect(page.getByText("Password changed.")).toBeVisible();
	await expect(page.getByRole("list", { name: "Your sessions" }).getByRole("listitem")).toHaveCount(1);
	await expect(elsewhere).toHaveURL(/\/sign-in/);
	await own.close();
	await other.close();
	await dashboard.eosync("users", "remove", "Tony");
});
