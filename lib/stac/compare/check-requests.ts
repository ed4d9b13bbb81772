import { z } from "zod";
import type { Database } from "#lib/catalog/database/database.ts";
import { publishedContainer } from "#lib/catalog/publications/published.ts";
import type { publishedChecks } from "#lib/catalog/schema/published-check-schema.ts";
import type { containers } from "#lib/catalog/schema/schema.ts";
import { UsageError } from "#lib/errors.ts";
import type { ComparisonResult } from "./compare-collection.ts";

/** Requests to compare what a container publishes with what others have of it, and who works on them. */

type Queries = Pick<Database, "sql">;

const leaseSeconds = 60;

/** What a person asks for on a page or by the API: it is kept, so nothing secret may be in it. */
export const checkRequest = z.strictObject({
	url: z
		.string()
		.trim()
		.min(1, "Give the address of a STAC API or of a collection")
		.max(2000)
		.refine(isPlainAddress, "Give an address such as https://example.org/stac, without a log-in, ? and #")
		.describe("The STAC API's landing page, or the collection itself."),
	collection: z.string().trim().min(1).max(300).nullable().default(null).describe("Its name there; null: the same."),
	reference: z.boolean().default(false).describe("Theirs is a provider's, no copy: only what both say is compared."),
});
export type CheckRequest = z.output<typeof checkRequest>;

function isPlainAddress(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, username, password, search, hash } = new URL(text);
	return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === "";
}

interface Requested extends CheckRequest {
	/** EO ID of ours. */
	readonly container: string;
	readonly by: string;
}

/** A worker does it. @throws UsageError: it is not published, or being compared already */
export async function requestCheck({ sql }: Queries, asked: Requested): Promise<void> {
	const id = await requirePublished({ sql }, asked.container);
	const { count } = await sql`
		insert into published_checks (container_id, url, collection, reference, actor)
		select ${id}, ${asked.url}, ${asked.collection ?? asked.container}, ${asked.reference}, ${asked.by}
		where not exists (select from published_checks where container_id = ${id} and state in ('waiting', 'running'))`;
	if (count === 0) throw new UsageError(`${asked.container} is being compared already; wait for that, or cancel it.`);
}

/** Begins one in this process, whatever waits. @throws UsageError: it is not published */
export async function beginCheck({ sql }: Queries, asked: Requested): Promise<ClaimedCheck> {
	const { container: eoId, url } = asked;
	const container = await requirePublished({ sql }, eoId);
	const collection = asked.collection ?? eoId;
	const [row] = await sql<{ id: number; lease: string }[]>`
		insert into published_checks (container_id, url, collection, reference, actor, state, lease_until)
		values (${container}, ${withoutSecrets(url)}, ${collection}, ${asked.reference}, ${asked.by}, 'running', now() + make_interval(secs => ${leaseSeconds}))
		returning id, lease_until::text as lease`;
	if (!row) throw new Error("The comparison was not written down.");
	return { ...row, container, url, collection, reference: asked.reference };
}

async function requirePublished({ sql }: Queries, eoId: string): Promise<number> {
	const container = await publishedContainer(sql, { eoId, withToken: true });
	if (container === null) throw new UsageError(`${eoId} is not published; eosync publish ${eoId} makes it so.`);
	return container.id;
}

/** Stops it: the worker notices within seconds. Returns whether there was one. */
export async function cancelCheck({ sql }: Queries, container: string): Promise<boolean> {
	const { count } = await sql`
		update published_checks p set state = 'cancelled', lease_until = null, finished_at = now()
		from containers c where c.id = p.container_id and c.eo_id = ${container} and p.state in ('waiting', 'running')`;
	return count > 0;
}

export interface ClaimedCheck
	extends Pick<typeof publishedChecks.$inferSelect, "id" | "url" | "collection" | "reference"> {
	readonly container: (typeof containers.$inferSelect)["id"];
	/** Who has another one than is written down has lost it. */
	readonly lease: string;
}

/** Takes one that waits, or whose process is gone: that begins anew. null: there is none. */
export async function claimCheck({ sql }: Queries): Promise<ClaimedCheck | null> {
	const [claimed = null] = await sql<ClaimedCheck[]>`
		update published_checks p set state = 'running', lease_until = now() + make_interval(secs => ${leaseSeconds}), done = 0
		where id = (
			select id from published_checks where state in ('waiting', 'running') and (state = 'waiting' or lease_until < now())
			order by id limit 1 for update skip locked
		)
		returning id, url, collection, reference, container_id as container, lease_until::text as lease`;
	if (claimed !== null) await sql`delete from published_differences where check_id = ${claimed.id}`;
	return claimed;
}

/** The new lease; null: it was cancelled, or another process has it. */
export async function renewCheck({ sql }: Queries, { id, lease }: ClaimedCheck, done: number): Promise<string | null> {
	const [row] = await sql<{ lease: string }[]>`
		update published_checks set lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}), done = ${done}
		where id = ${id} and state = 'running' and lease_until = ${lease}::text::timestamptz returning lease_until::text as lease`;
	return row?.lease ?? null;
}

export type CheckEnd =
	| { readonly state: "done"; readonly result: ComparisonResult }
	| { readonly state: "failed"; readonly reason: string }
	/** The process stops: another one begins anew. */
	| { readonly state: "waiting" };

/** Its result takes the place of the container's earlier ones. */
export async function endCheck(database: Database, { id, lease, container }: ClaimedCheck, end: CheckEnd) {
	await database.sql.begin(async (tx) => {
		const mine = tx`id = ${id} and state = 'running' and lease_until = ${lease}::text::timestamptz`;
		if (end.state === "waiting")
			await tx`update published_checks set state = 'waiting', lease_until = null where ${mine}`;
		if (end.state === "failed")
			await tx`
				update published_checks set state = 'failed', lease_until = null, reason = ${end.reason.toWellFormed().slice(0, 2000)}, finished_at = now() where ${mine}`;
		if (end.state !== "done") return;
		const { ours, theirs, same, differing, missing, foreign, unknown, reason } = end.result;
		const { count } = await tx`
			update published_checks set state = 'done', lease_until = null, done = ${ours}, ours = ${ours}, theirs = ${theirs}, same = ${same}, differing = ${differing},
				missing = ${missing}, foreign_items = ${foreign}, unknown = ${unknown}, reason = ${reason}, finished_at = now() where ${mine}`;
		if (count > 0) await tx`delete from published_checks where container_id = ${container} and id < ${id}`;
	});
}

/** Of an address that may be kept and told. */
export function withoutSecrets(url: string): string {
	const address = new URL(url);
	address.username = "";
	address.password = "";
	address.search = "";
	address.hash = "";
	return address.href;
}
