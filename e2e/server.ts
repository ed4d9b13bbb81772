import { type BrowserContextOptions, test as base } from "@playwright/test";
import { type Dashboard, startDashboard } from "./dashboard.ts";
import { openLink, type SignedIn } from "./sign-in.ts";

interface Shared {
	/** With the administrator `Ada` as its only user. */
	readonly dashboard: Dashboard & { readonly administrator: SignedIn };
}

/** Playwright's `test` with a running dashboard, one per worker; pages open relative to it, signed in as `Ada`. */
export const test = base.extend<object, Shared>({
	dashboard: [
		async ({ browser }, use) => {
			const dashboard = await startDashboard();
			try {
				const administrator = await openLink(browser, dashboard.setUpLink, "Ada");
				await use({ ...dashboard, administrator });
			} finally {
				await dashboard.stop();
			}
		},
		{ scope: "worker", timeout: 180_000 },
	],
	baseURL: async ({ dashboard }, use) => use(dashboard.url),
	storageState: async ({ dashboard }, use) => use(dashboard.administrator),
});

/** For `test.use`: no user is signed in. */
export const signedOut = { storageState: { cookies: [], origins: [] } } as const satisfies BrowserContextOptions;
