import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import { TargetError } from "./connect.ts";
import { valueTables } from "./properties.ts";

/** What of EOxServer's tables this eosync knows: the newest migration of each application. EOxServer 1.5 has them. */
export const knownMigrations = { backends: "0005", coverages: "0015", services: "0004" } as const;
type App = keyof typeof knownMigrations;

/** What was found in the target's database. */
export interface SchemaFacts {
	/** The newest migration of each application, as it is called. */
	readonly migrations: Readonly<Record<App, string>>;
	readonly postgresql: string;
	readonly postgis: string;
	/** Why nothing can be written, in a sentence; null: it can. */
	readonly readOnly: string | null;
}

/** Those that a push writes; where the instance has this one. */
export const writtenTables: readonly string[] = [
	"backends_storage",
	"coverages_allowedvaluerange",
	"coverages_arraydataitem",
	"coverages_bandstatistics",
	"coverages_collection",
	"coverages_collectionmetadata",
	"coverages_coverage",
	"coverages_coverage_collections",
	"coverages_coverage_mosaics",
	"coverages_coveragemetadata",
	"coverages_coveragetype",
	"coverages_eoobject",
	"coverages_fieldtype",
	"coverages_grid",
	"coverages_metadataitem",
	"coverages_mosaic",
	"coverages_mosaic_collections",
	"coverages_nilvalue",
	"coverages_nilvalue_field_types",
	"coverages_product",
	"coverages_product_collections",
	"coverages_productmetadata",
	"coverages_producttype",
	"services_servicevisibility",
	...Object.values(valueTables),
];
/** Of an application that an instance need not have. */
export const optionalTable = "webclient_extra";
/** Those that a push only looks into. */
const readTables: readonly string[] = [
	"coverages_browse",
	"coverages_mask",
	"coverages_productdataitem",
	"django_migrations",
];

/** @throws TargetError `target-not-usable` when it is no database of an EOxServer whose tables are known, or may not be read. */
export async function requireSchema(sql: Sql | Transaction, name: string): Promise<SchemaFacts> {
	const refuse = (reason: string) =>
		new TargetError("target-not-usable", `The target ${name} cannot be used: ${reason}`);
	const [facts] = await sql<
		{
			database: string;
			user: string;
			postgresql: string;
			postgis: string | null;
			findsPostgis: boolean;
			isEox: boolean;
			recovering: boolean;
			readOnly: boolean;
		}[]
	>`
		select current_database()::text as database, current_user::text as user, current_setting('server_version') as postgresql,
			(select extversion from pg_extension where extname = 'postgis') as postgis,
			to_regtype('geometry') is not null as "findsPostgis", to_regclass('django_migrations') is not null and to_regclass('coverages_eoobject') is not null as "isEox",
			pg_is_in_recovery() as recovering, current_setting('default_transaction_read_only')::boolean as "readOnly"`;
	if (facts === undefined) throw new Error("a select without a table returned no row");
	if (!facts.isEox)
		throw refuse(
			`its database ${facts.database} has no tables of EOxServer (coverages_eoobject, django_migrations). Name the instance's own database, and a user whose search_path finds them; a new one is made by manage.py migrate.`,
		);
	if (facts.postgis === null)
		throw refuse(
			`its database ${facts.database} has no PostGIS. eosync writes to instances with PostGIS only, not with SpatiaLite.`,
		);
	if (!facts.findsPostgis)
		throw refuse(
			`the user ${facts.user} does not find PostGIS's types: add the schema that has them to its search_path (ALTER ROLE … SET search_path = instance, public; or ?search_path=instance,public in the address).`,
		);
	const [denied] = await sql<{ table: string }[]>`
		select t as table from unnest(${[...writtenTables, ...readTables]}::text[]) as t
		where to_regclass(t) is null or not has_table_privilege(to_regclass(t), 'select') limit 1`;
	if (denied !== undefined)
		throw refuse(
			`the user ${facts.user} may not read the table ${denied.table}. Name the user that EOxServer itself connects as.`,
		);
	const migrations = await newestMigrations(sql);
	const faults = Object.entries(knownMigrations).flatMap(([app, known]) => {
		const found = migrations[app as App];
		return found.slice(0, 4) === known ? [] : [{ app, known, found, isNewer: found > known }];
	});
	if (faults.length > 0) {
		const [first] = faults;
		const what = faults
			.map(({ app, known, found }) => `${app} is at ${found || "none"}, and ${known} is known`)
			.join("; ");
		throw refuse(
			first?.isNewer === true
				? `its tables are of a newer EOxServer (${what}). Update eosync; until then nothing is written there.`
				: `its tables are of an older EOxServer (${what}). Update that to 1.5 and run manage.py migrate.`,
		);
	}
	const unwritable = await deniedThere(sql);
	const readOnly = facts.recovering
		? "The server is a standby, which cannot be written to: name the primary."
		: facts.readOnly
			? `Transactions of the user ${facts.user} are read only there (default_transaction_read_only).`
			: unwritable === null
				? null
				: `The user ${facts.user} may not ${unwritable}: name the user that EOxServer itself connects as, or grant it that.`;
	return { migrations, postgresql: facts.postgresql, postgis: facts.postgis, readOnly };
}

/** What of all that a push does the user may not do; null: it may do all. */
async function deniedThere(sql: Sql | Transaction): Promise<string | null> {
	const [denied] = await sql<{ table: string; sequence: string | null }[]>`
		with written as (select t, to_regclass(t) as oid from unnest(${[...writtenTables, optionalTable]}::text[]) as t where to_regclass(t) is not null)
		select t as table, null::text as sequence from written
		where not (has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert') and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete'))
		union all select w.t, s.relname::text from written w
			join pg_depend d on d.refobjid = w.oid and d.classid = 'pg_class'::regclass join pg_class s on s.oid = d.objid
		where case when s.relkind = 'S' then not has_sequence_privilege(s.oid, 'usage') end limit 1`;
	if (denied === undefined) return null;
	return denied.sequence === null ? `write the table ${denied.table}` : `use the sequence ${denied.sequence}`;
}

async function newestMigrations(sql: Sql | Transaction): Promise<Readonly<Record<App, string>>> {
	const rows = await sql<{ app: string; name: string }[]>`
		select app, max(name collate "C") as name from django_migrations where app in ('backends', 'coverages', 'services') group by app`;
	const of = (app: App) => rows.find((row) => row.app === app)?.name ?? "";
	return { backends: of("backends"), coverages: of("coverages"), services: of("services") };
}
