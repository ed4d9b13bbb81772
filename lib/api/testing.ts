import { type Role, roles } from "#lib/access/permissions.ts";
import { createToken } from "#lib/access/tokens.ts";
import { addUser, userNamed } from "#lib/access/users.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { StorageTests } from "#lib/catalog/storages/storage-views.ts";
import type { FolderSurveys } from "#lib/catalog/storages/survey-views.ts";
import { dispatch } from "./dispatch.ts";
import { RateLimit } from "./rate-limit.ts";

/** The API as programs have it, without the network between. */
export interface TestApi {
	readonly tokens: Readonly<Record<Role, string>>;
	/** Runs that a worker would have been woken for, and that it could see then. */
	readonly enqueued: number[];
	/** What was the program's own fault. */
	readonly errors: unknown[];
	/** `GET /runs`, `POST /sync` below `/api/v1`; a token of the administrator when none is given, null: none. */
	call(
		what: string,
		options?: { readonly token?: string | null; readonly body?: unknown; readonly init?: RequestInit },
	): Promise<{
		readonly status: number;
		/** Empty of a file. */
		readonly body: Record<string, unknown>;
		readonly text: string;
		readonly bytes: Uint8Array;
		readonly headers: Headers;
	}>;
}

/** @param looks needed where storages are looked at */
export async function openTestApi(
	database: Database,
	looks: { readonly surveys?: FolderSurveys; readonly storageTests?: StorageTests } = {},
): Promise<TestApi> {
	const given = <T>(one: T | undefined): T => {
		if (one === undefined) throw new Error("This test gave nothing that looks at storages.");
		return one;
	};
	const tokens = {} as Record<Role, string>;
	for (const role of roles) {
		await addUser(database, { name: `the ${role}`, role });
		const { id } = await userNamed(database, `the ${role}`);
		tokens[role] = (await createToken(database, id, { name: "test", role, days: 1 })).token;
	}
	const enqueued: number[] = [];
	const errors: unknown[] = [];
	return {
		tokens,
		enqueued,
		errors,
		async call(what, { token = tokens.administrator, body, init = {} } = {}) {
			const [method = "", path = ""] = what.split(" ");
			const headers = new Headers(init.headers);
			if (token !== null) headers.set("authorization", `Bearer ${token}`);
			if (body !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
			const request = new Request(`http://127.0.0.1/api/v1${path}`, {
				method,
				headers,
				...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
			});
			const services = {
				database,
				enqueue: async (runs: readonly number[]) => {
					const seen = await database.sql<
						{ id: number }[]
					>`select id from runs where id = any(${runs as number[]}) order by id`;
					enqueued.push(...seen.map(({ id }) => id));
				},
				surveys: async () => given(looks.surveys),
				storageTests: async () => given(looks.storageTests),
				limit: new RateLimit(),
				onError: (error: unknown) => void errors.push(error),
			};
			const answer = await dispatch(services, request);
			const bytes = await answer.bytes();
			const text = new TextDecoder().decode(bytes);
			const isJson = answer.headers.get("content-type")?.includes("json") && !answer.headers.has("content-disposition");
			return { status: answer.status, body: isJson ? JSON.parse(text) : {}, bytes, text, headers: answer.headers };
		},
	};
}
