import { unchangedFiles } from "#lib/storage/listing/unchanged.ts";
import type { Entry } from "#lib/storage/storage.ts";
import type { Listed, Shown } from "./lines.ts";
import { parseTime } from "./mlsd.ts";
import type { FtpSession } from "./session.ts";

/** A file as LIST shows it. */
export type RoughFile = Listed & { readonly shown: Shown };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** The largest difference allowed between the server's clock and ours. */
const clocksDiffer = 10 * minute;

/** Of the zones of the world, what they add to UTC; and by how much summer may differ from winter. */
const widestZones: Zones = { from: -12 * hour, to: 14 * hour };
const summerTime = hour;
/** So many files of older dates are asked for one by one to find out the zone, before the rest is asked for together. */
const maxZoneQuestions = 8;

/** Bounds of the server's offset from UTC at any date, milliseconds. */
interface Zones {
	readonly from: number;
	readonly to: number;
}

interface Candidate {
	readonly file: RoughFile;
	/** The known exact time, milliseconds. */
	readonly mtime: number;
}

/** Asks for the exact times of files, microseconds; null where the server does not report one. */
type AskTimes = (files: readonly RoughFile[]) => Promise<ReadonlyMap<string, number | null>>;

/** Exact times of files where listings have rough ones, in the server's time zone: as few `MDTM` as will do. */
export class FtpTimes {
	/** The offset found from files that were written just now, milliseconds; null: not known yet. */
	#zoneNow: number | null = null;
	/** The offset proven by files that turned out to be unchanged. */
	#zones = widestZones;

	/**
	 * Files that may be modified again within the minute that is shown, as they were so shortly ago, or within the day:
	 * `ls` shows times to come, as those of more than half a year ago, to the day.
	 */
	async doubtful(files: readonly RoughFile[], now: number, ask: AskTimes): Promise<readonly RoughFile[]> {
		const young = files.filter(({ shown }) => shown.exactTo === "minute" && shown.time > now - 14 * hour);
		// Today or later, wherever the server is: its day begins up to 12 hours after that of UTC.
		const toCome = files.filter(({ shown }) => shown.exactTo === "day" && shown.time > now - day - 12 * hour);
		const [first] = young;
		if (first === undefined) return toCome;
		await this.#learnZone(first, ask);
		// A server without exact times need not be asked.
		if (this.#zoneNow === null) return [];
		const since = now + this.#zoneNow - clocksDiffer;
		return [...toCome, ...young.filter(({ shown }) => shown.time + minute > since)];
	}

	/** Finds the files that are unchanged; the others have to be asked for. */
	async known(
		files: readonly RoughFile[],
		remembered: readonly Entry[],
		ask: AskTimes,
	): Promise<ReadonlyMap<string, number>> {
		const entries = new Map(remembered.map((entry) => [entry.name, entry]));
		const candidates = files.flatMap((file): readonly Candidate[] => {
			const entry = entries.get(file.name);
			return entry?.size === file.size && entry.mtime !== null ? [{ file, mtime: entry.mtime / 1000 }] : [];
		});
		const mtimes = new Map(candidates.map(({ file, mtime }) => [file, mtime]));
		const unchanged = async (some: readonly RoughFile[]) => {
			const times = await ask(some);
			return new Set(some.filter((file) => times.get(file.name) === (mtimes.get(file) ?? 0) * 1000));
		};
		const [toMinute, toDay] = [
			candidates.filter(({ file }) => file.shown.exactTo === "minute"),
			candidates.filter(({ file }) => file.shown.exactTo === "day"),
		];
		const likely = toMinute
			.map((one) => ({ ...one, offset: one.file.shown.time - Math.floor(one.mtime / minute) * minute }))
			.filter(({ offset }) => offset >= widestZones.from && offset <= widestZones.to);
		const known = await unchangedFiles(likely, unchanged);
		for (const { file, offset } of likely) if (known.has(file)) this.#provenZones(offset, offset);
		const knownToDay = await this.#knownToDay(toDay, unchanged);
		return new Map([...known, ...knownToDay].map((file) => [file.name, (mtimes.get(file) ?? 0) * 1000]));
	}

	/**
	 * Of a day that is shown, the zone decides which times it may stand for. The range of zones that come into question is narrowed
	 * by asking for some files; one that is shown on its day in every one of them is as it was.
	 */
	async #knownToDay(
		candidates: readonly Candidate[],
		unchanged: (files: readonly RoughFile[]) => Promise<ReadonlySet<RoughFile>>,
	): Promise<readonly RoughFile[]> {
		const known = new Set<RoughFile>();
		const changed = new Set<RoughFile>();
		let open = candidates.filter(({ file, mtime }) => this.#mayBeShown(mtime, file));
		for (let asked = 0; asked < maxZoneQuestions; asked++) {
			open = open.filter(({ file, mtime }) => !this.#mustBeShown(mtime, file));
			const middle = (this.#zones.from + this.#zones.to) / 2;
			// Some zones lie on either side of the day's boundary; the exact time shows which of them the server is in.
			const distance = ({ file, mtime }: Candidate) =>
				Math.min(...[file.shown.time, file.shown.time + day].map((edge) => Math.abs(edge - mtime - middle)));
			const best = open.reduce<Candidate | null>(
				(nearest, one) => (nearest === null || distance(one) < distance(nearest) ? one : nearest),
				null,
			);
			if (best === null || this.#zones.to - this.#zones.from <= 2 * summerTime) break;
			open = open.filter((one) => one !== best);
			const { file, mtime } = best;
			if ((await unchanged([file])).has(file)) {
				known.add(file);
				this.#provenZones(file.shown.time - mtime, file.shown.time + day - mtime);
			} else changed.add(file);
		}
		for (const { file, mtime } of candidates) if (!changed.has(file) && this.#mustBeShown(mtime, file)) known.add(file);
		return [...known];
	}

	async #learnZone(file: RoughFile, ask: AskTimes): Promise<void> {
		if (this.#zoneNow !== null) return;
		const exact = (await ask([file])).get(file.name) ?? null;
		// Zones differ from UTC by quarters of an hour.
		if (exact !== null) this.#zoneNow = Math.round((file.shown.time - exact / 1000) / (15 * minute)) * 15 * minute;
	}

	#provenZones(from: number, to: number): void {
		const zones = {
			from: Math.max(this.#zones.from, from - summerTime),
			to: Math.min(this.#zones.to, to + summerTime),
		};
		// The server's zone has changed.
		this.#zones = zones.from > zones.to ? widestZones : zones;
	}

	/** Whether a file of that time would be shown on that day in some of the zones. */
	#mayBeShown(mtime: number, { shown }: RoughFile): boolean {
		return mtime + this.#zones.to >= shown.time && mtime + this.#zones.from < shown.time + day;
	}

	/** Whether that is so in all of the zones. */
	#mustBeShown(mtime: number, { shown }: RoughFile): boolean {
		return mtime + this.#zones.from >= shown.time && mtime + this.#zones.to < shown.time + day;
	}
}

/** The exact time of each file; null where the server does not report one. */
export async function askTimes(session: FtpSession, fullPaths: readonly string[]): Promise<readonly (number | null)[]> {
	// `213 20261122200926`, UTC.
	const answers = await session.tryAll(fullPaths.map((path) => `MDTM ${path}`));
	return answers.map((answer) => (answer === null ? null : parseTime(answer.replace(/^213\s+/, ""))));
}
