import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectionOf } from "#lib/metadata/crs/crs.ts";
import type { Position, Raster } from "#lib/metadata/metadata.ts";

/** For tests: what GDAL says of a file; `error` where it does not open it. */
export interface GdalAnswer {
	readonly error?: string;
	readonly size?: readonly number[];
	/** Longitude and latitude of the corners, clockwise from the upper left, and of the middle; null: none. */
	readonly points?: readonly (readonly [number, number] | null)[] | null;
}

export type GdalAnswers = Readonly<Record<string, GdalAnswer>>;

const python = "/usr/bin/python3";

/** Debian 12's GDAL; other versions know other CRSs. */
export const hasGdal =
	spawnSync(python, ["-c", "from osgeo import gdal; assert gdal.__version__.startswith('3.6')"]).status === 0;

/** For tests: GDAL's answers by the files' names. */
export function askGdal(files: Readonly<Record<string, Uint8Array>>): GdalAnswers {
	const folder = mkdtempSync(join(tmpdir(), "eosync-oracle-"));
	try {
		const paths = Object.entries(files).map(([name, bytes]) => {
			const path = join(folder, name);
			writeFileSync(path, bytes);
			return path;
		});
		const output = execFileSync(python, [join(import.meta.dirname, "gdal.py")], {
			input: paths.join("\n"),
			encoding: "utf8",
			maxBuffer: 64 * 1024 * 1024,
			stdio: ["pipe", "pipe", "ignore"],
		});
		return JSON.parse(output) as GdalAnswers;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** The same points of a rectified raster as `GdalAnswer.points`. */
export function pointsOf({ crs, extent }: Raster): readonly Position[] {
	const projection = projectionOf(crs);
	if (extent === null || projection === null) return [];
	const [west, south, east, north] = extent;
	const at = (fx: number, fy: number) => projection.toWgs84(west + (east - west) * fx, north - (north - south) * fy);
	return [at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0.5, 0.5)];
}

/**
 * For tests: the answers that GDAL gave once, from the table `name`.json beside this file; where GDAL is installed it is
 * asked again and must say the same. A table that is not there is written.
 */
export function answersFromTable(name: string, files: Readonly<Record<string, Uint8Array>>): GdalAnswers {
	const path = join(import.meta.dirname, `${name}.json`);
	if (!existsSync(path)) {
		const lines = Object.entries(askGdal(files)).map(
			([key, value]) => `\t${JSON.stringify(key)}: ${JSON.stringify(value)}`,
		);
		writeFileSync(path, `{\n${lines.join(",\n")}\n}\n`);
	}
	const answers = JSON.parse(readFileSync(path, "utf8")) as GdalAnswers;
	test.skipIf(!hasGdal)("GDAL still says what the table has", { timeout: 60_000 }, () => {
		expect(askGdal(files)).toEqual(answers);
	});
	return answers;
}

interface CoverageQuestion {
	readonly covers?: Readonly<Record<string, { readonly crs: string; readonly extent: readonly number[] }>>;
	readonly footprints?: Readonly<Record<string, unknown>>;
}

interface CoverageAnswer {
	readonly covers: Readonly<Record<string, string>>;
	readonly footprints: Readonly<Record<string, true | string>>;
}

/** For tests: see `coverage.py`. */
export function askCoverage(question: CoverageQuestion): CoverageAnswer {
	const output = execFileSync(python, [join(import.meta.dirname, "coverage.py")], {
		input: JSON.stringify(question),
		encoding: "utf8",
		maxBuffer: 64 * 1024 * 1024,
	});
	return JSON.parse(output) as CoverageAnswer;
}

/** For tests: as `answersFromTable`, which places on Earth extents cover. */
export function coverageFromTable(
	name: string,
	covers: NonNullable<CoverageQuestion["covers"]>,
): CoverageAnswer["covers"] {
	const path = join(import.meta.dirname, `${name}.json`);
	if (!existsSync(path)) writeFileSync(path, `${JSON.stringify(askCoverage({ covers }).covers, null, "\t")}\n`);
	const answers = JSON.parse(readFileSync(path, "utf8")) as CoverageAnswer["covers"];
	test.skipIf(!hasGdal)("PROJ still says what the table has", { timeout: 60_000 }, () => {
		expect(askCoverage({ covers }).covers).toEqual(answers);
	});
	return answers;
}
