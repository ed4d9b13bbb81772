import { type Role, roles } from "#lib/access/permissions.ts";
import { createToken } from "#lib/access/tokens.ts";
import { addUser, userNamed } from "#lib/access/users.ts";
import { RateLimit } from "#lib/api/rate-limit.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { dispatchStac, type StacServices } from "#lib/stac/api/dispatch.ts";
import { serveFile } from "#lib/stac/files/serve-file.ts";

/** The STAC API as clients have it, without the network between. */
export interface TestStac {
	readonly tokens: Readonly<Record<Role, string>>;
	/** What was the program's own fault. */
	readonly errors: unknown[];
	/** `/stac/collections?limit=1`, or a whole address. */
	ask(path: string, init?: RequestInit): Promise<Response>;
	/** Of an answer with status 200. */
	read(path: string, init?: RequestInit): Promise<StacBody>;
}

/** What tests look at. */
export interface StacBody {
	readonly [field: string]: unknown;
	readonly links: readonly {
		readonly rel: string;
		readonly href: string;
		readonly method?: string;
		readonly body?: object;
	}[];
	readonly features: readonly StacBody[];
	readonly collections: readonly StacBody[];
}

export const testOrigin = "http://localhost:3000";

export async function openTestStac(database: Database, more: Partial<StacServices> = {}): Promise<TestStac> {
	const tokens = {} as Record<Role, string>;
	for (const role of roles) {
		await addUser(database, { name: `the ${role}`, role });
		const { id } = await userNamed(database, `the ${role}`);
		tokens[role] = (await createToken(database, id, { name: "test", role, days: 1 })).token;
	}
	const errors: unknown[] = [];
	const onError = (error: unknown) => void errors.push(error);
	const endless = { burst: Number.MAX_SAFE_INTEGER, perSecond: 1 };
	const services: StacServices = {
		database,
		originOf: () => testOrigin,
		limit: new RateLimit(endless),
		fileLimit: new RateLimit(endless),
		serveFile: (call) => serveFile(call, onError),
		version: "0",
		onError,
		...more,
	};
	const ask = (path: string, init?: RequestInit) =>
		dispatchStac(services, new Request(new URL(path, testOrigin), init));
	return {
		tokens,
		errors,
		ask,
		async read(path, init) {
			const answer = await ask(path, init);
			if (answer.status !== 200) throw new Error(`${path} is answered with ${answer.status}: ${await answer.text()}`);
			return (await answer.json()) as StacBody;
		},
	};
}
