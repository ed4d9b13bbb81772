import { sameName } from "#lib/access/same-name.ts";
import { configuredContainer } from "#lib/catalog/containers/container-inputs.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import type { users } from "#lib/catalog/schema/access-schema.ts";
import type { storages } from "#lib/catalog/schema/schema.ts";
import { configuredTargets } from "#lib/catalog/targets/targets.ts";
import { lookupTable } from "#lib/lookup-table.ts";
import { withoutSecrets } from "./audit-diff.ts";

/** Finds what an action is about from its permission and its input. */

export interface AuditSubject {
	/** `container`, `run`, … null: the action concerns no single thing. */
	readonly kind: string | null;
	/** EO ID, number, name. */
	readonly object: string | null;
	/** The current state, to find the difference; null: the object does not exist, or differences of its kind are not recorded. */
	readonly state: unknown;
}

type Input = Readonly<Record<string, unknown>>;

const kinds = lookupTable<string>({
	runs: "run",
	batches: "batch",
	datasets: "dataset",
	containers: "container",
	storages: "storage",
	targets: "target",
	users: "user",
	"own-account": "user",
	tokens: "token",
	channels: "channel",
	views: "view",
	exceptions: "exception",
	problems: "problem",
});

export async function subjectOf(
	database: Pick<Database, "sql">,
	action: string,
	given: unknown,
): Promise<AuditSubject> {
	const input: Input = typeof given === "object" && given !== null ? (given as Input) : {};
	const [area = ""] = action.split(".");
	const kind = kinds[area] ?? area;
	switch (kind) {
		case "run":
			return action === "runs.request"
				? ofContainers(input.containers ?? [input.id])
				: { kind, object: text(input.run), state: null };
		case "batch":
		case "dataset":
		case "exception":
			return { kind, object: text(input[kind]), state: null };
		case "container": {
			const id = text(input.id) ?? text(input.into);
			const configured = id === null ? null : await configuredContainer(database, id);
			return { kind, object: id, state: configured?.input ?? null };
		}
		case "storage":
			return { kind, ...(await storage(database, text(input.name) ?? text(input.storage))) };
		case "target": {
			const name = text(input.name) ?? text(input.target);
			const [target] = name === null ? [] : await configuredTargets(database, name);
			return { kind, object: name, state: target?.input ?? null };
		}
		case "user":
			return { kind, ...(await user(database, input)) };
		case "token":
			return { kind, ...(await token(database, input)) };
		case "rejections":
			return { kind: "container", object: text(input.container), state: null };
		case "publications":
			return { kind: "container", object: text(input.id), state: null };
		case "problem":
			return { kind, object: text(input.key), state: null };
		case "view":
			return { kind, ...(await view(database, input)) };
		case "settings":
			return { kind, object: text(input.name), state: await settings(database) };
		default:
			return { kind, object: text(input.name) ?? text(input.id), state: null };
	}
}

function ofContainers(containers: unknown): AuditSubject {
	const only = Array.isArray(containers) && containers.length === 1 ? text(containers[0]) : null;
	return { kind: "container", object: only, state: null };
}

async function storage({ sql }: Pick<Database, "sql">, name: string | null) {
	const [row] = await sql<
		({ config: unknown; secrets: unknown } & Pick<typeof storages.$inferSelect, "pausedUntil">)[]
	>`
		select config, sealed::jsonb as secrets, case when paused_until > now() then paused_until end as "pausedUntil" from storages where name = ${name}`;
	return { object: name, state: row ? { ...row } : null };
}

async function user({ sql }: Pick<Database, "sql">, { id, name }: Input) {
	const [row] = await sql<Pick<typeof users.$inferSelect, "name" | "role">[]>`
		select name, role from users where id = ${text(id)} or (${text(id)}::text is null and ${sameName(sql, "name", text(name) ?? "")})`;
	return { object: row?.name ?? text(name) ?? text(id), state: row ? { role: row.role } : null };
}

async function token({ sql }: Pick<Database, "sql">, { id, name }: Input) {
	const [row] = await sql<{ name: string; owner: string }[]>`
		select t.name, u.name as owner from api_tokens t join users u on u.id = t.user_id where t.id = ${number(id)}`;
	return { object: row?.name ?? text(name) ?? text(id), state: row ? { ...row } : null };
}

/** By its number before it is deleted, by its name when it is saved. */
async function view({ sql }: Pick<Database, "sql">, { id, name }: Input) {
	const [row] = await sql<{ name: string }[]>`select name from saved_views where id = ${number(id)}`;
	return { object: row?.name ?? text(name) ?? text(id), state: null };
}

async function settings({ sql }: Pick<Database, "sql">) {
	const rows = await sql<{ name: string; value: unknown }[]>`select name, value from settings order by name`;
	return Object.fromEntries(rows.map(({ name, value }) => [name, withoutSecrets(value)]));
}

function text(value: unknown): string | null {
	if (typeof value === "number") return String(value);
	return typeof value === "string" && value !== "" ? value.slice(0, 300) : null;
}

function number(value: unknown): number | null {
	return typeof value === "number" && Number.isSafeInteger(value) ? value : null;
}
