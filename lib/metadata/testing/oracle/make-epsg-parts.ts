/*
 * Writes `crs/epsg-parts.ts` anew from PROJ's database, by hand, after a new version of PROJ:
 * `node lib/metadata/testing/oracle/make-epsg-parts.ts`, where Debian's proj-data is installed.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const database = new DatabaseSync("/usr/share/proj/proj.db", { readOnly: true });
const rows = (sql: string) => database.prepare(sql).all() as Record<string, string | number | null>[];

const units = new Map(
	rows("select code, conv_factor from unit_of_measure where auth_name = 'EPSG' and conv_factor > 0").map(
		({ code, conv_factor: factor }) => [Number(code), Number(factor)],
	),
);

/** Sexagesimal degrees (9110) are written DDD.MMSSsss. */
function degrees(value: number, unit: number): number {
	if (unit !== 9110) return Number(((value * (units.get(unit) ?? Number.NaN) * 180) / Math.PI).toPrecision(14));
	const text = Math.abs(value).toFixed(10);
	const [whole = "", rest = ""] = text.split(".");
	const angle = Number(whole) + Number(rest.slice(0, 2)) / 60 + Number(`${rest.slice(2, 4)}.${rest.slice(4)}`) / 3600;
	return Number((Math.sign(value) * angle).toPrecision(14));
}

function lines(entries: readonly (readonly (string | number)[])[]): string {
	return entries.map((entry) => entry.join(" ")).join("\n");
}

const ellipsoids = rows("select * from ellipsoid where auth_name = 'EPSG' order by code").map((row) => {
	const size = units.get(Number(row.uom_code)) ?? Number.NaN;
	const a = Number(row.semi_major_axis) * size;
	const b =
		row.semi_minor_axis === null ? a * (1 - 1 / Number(row.inv_flattening)) : Number(row.semi_minor_axis) * size;
	return [String(row.code), Number(a.toPrecision(13)), Number(b.toPrecision(13))];
});

const meridians = rows("select * from prime_meridian where auth_name = 'EPSG' order by code").map((row) => [
	String(row.code),
	degrees(Number(row.longitude), Number(row.uom_code)),
]);

const lengths = rows(
	"select code, conv_factor from unit_of_measure where auth_name = 'EPSG' and type = 'length' and name not like '%per year' and name not like '%per second' order by code",
).map((row) => [String(row.code), Number(row.conv_factor)]);

const datums = rows(
	`select datum_code, min(code) code from geodetic_crs where auth_name = 'EPSG' and type = 'geographic 2D' and deprecated = 0
	 group by datum_code having min(code) <> datum_code - 2000 order by datum_code`,
).map((row) => [String(row.datum_code), String(row.code)]);

/** Of codes that differ only in the order of their axes the one that says nothing of it in its name. */
const projected = rows(
	`select p.code, p.geodetic_crs_code base, p.conversion_code conversion, p.name from projected_crs p
	 join geodetic_crs g on g.auth_name = 'EPSG' and g.code = p.geodetic_crs_code and g.type = 'geographic 2D'
	 where p.auth_name = 'EPSG' and p.geodetic_crs_auth_name = 'EPSG' and p.deprecated = 0
	 order by p.geodetic_crs_code, p.name like '%(E-N)' or p.name like '%(N-E)' or p.name like '%(FTUS)', p.code`,
);
const codesByBase = new Map<number, number[]>();
for (const { code, base } of projected)
	codesByBase.set(Number(base), [...(codesByBase.get(Number(base)) ?? []), Number(code)]);

writeFileSync(
	join(import.meta.dirname, "../../crs/epsg-parts.ts"),
	`/*
 * Made by testing/oracle/make-epsg-parts.ts of the EPSG Dataset (IOGP) as PROJ 9.1 carries it.
 */

/** Ellipsoids: code, semi-axes in metres. */
export const ellipsoids = \`
${lines(ellipsoids)}
\`;

/** Prime meridians: code, degrees east of Greenwich. */
export const primeMeridians = \`
${lines(meridians)}
\`;

/** Units of length: code, metres. */
export const lengthUnits = \`
${lines(lengths)}
\`;

/** Datums whose geographic CRS has another code than theirs less 2000, and that code. */
export const geographicCodes = \`
${lines(datums)}
\`;

/** Geographic CRSs, and the codes of the projected ones on each; of codes with the same definition the preferred one first. */
export const projectedCodes = \`
${lines([...codesByBase].map(([base, codes]) => [base, ...ranges(codes)]))}
\`;
`,
);

/** \`2056 4149-4151\`, in their order. */
function ranges(codes: readonly number[]): readonly string[] {
	const found: [number, number][] = [];
	for (const code of codes) {
		const last = found.at(-1);
		if (last !== undefined && code === last[1] + 1) last[1] = code;
		else found.push([code, code]);
	}
	return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
}
