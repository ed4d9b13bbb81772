import type { ContainerState, ContainerView } from "#lib/catalog/read-models/container-view.ts";

/** Which containers of a list are meant: the same on the page, the command line and the API. Client-safe. */

export const scheduleFacets = ["own", "default", "by hand"] as const;
export type ScheduleFacet = (typeof scheduleFacets)[number];

export interface ContainerFilter {
	/** Every word must occur in the ID or the title. */
	readonly search: string;
	/** Any of these; none: any state. */
	readonly states: readonly ContainerState[];
	/** Only those with rejected files. */
	readonly rejected: boolean;
	/** The name of one that a source is on. */
	readonly storage: string | null;
	readonly kind: ContainerView["kind"] | null;
	readonly schedule: ScheduleFacet | null;
	/** The key of one that they fail by. */
	readonly cause: string | null;
	/** Not looked at completely for as long: `12h`, `7d`. Those that never were are meant, too. */
	readonly unseen: string | null;
}

export const noContainerFilter: ContainerFilter = {
	search: "",
	states: [],
	rejected: false,
	storage: null,
	kind: null,
	schedule: null,
	cause: null,
	unseen: null,
};

/** Whether it leaves anything out. */
export function isNarrowed(filter: ContainerFilter): boolean {
	return Object.keys(testsOf(filter, 0)).length > 0;
}

type Test = (container: ContainerView) => boolean;

/** `now` in milliseconds since 1970. */
export function filterContainers(
	containers: readonly ContainerView[],
	filter: ContainerFilter,
	now: number,
): readonly ContainerView[] {
	const tests = Object.values(testsOf(filter, now));
	return containers.filter((container) => tests.every((test) => test(container)));
}

/** What a facet could be set to, and how many containers there would be then. */
export interface ContainerFacets {
	readonly states: ReadonlyMap<ContainerState, number>;
	readonly rejected: number;
	readonly storage: ReadonlyMap<string, number>;
	readonly kind: ReadonlyMap<string, number>;
	readonly schedule: ReadonlyMap<ScheduleFacet, number>;
	readonly cause: ReadonlyMap<string, number>;
	readonly unseen: ReadonlyMap<string, number>;
}

/** Choices of *not looked at since* that a page offers. */
export const unseenChoices = ["1d", "7d", "30d"] as const;

/** Each facet counts the containers that all the others leave. */
export function facetsOf(containers: readonly ContainerView[], filter: ContainerFilter, now: number): ContainerFacets {
	const tests = Object.entries(testsOf(filter, now));
	const facets = {
		states: new Map<ContainerState, number>(),
		rejected: 0,
		storage: new Map<string, number>(),
		kind: new Map<string, number>(),
		schedule: new Map<ScheduleFacet, number>(),
		cause: new Map<string, number>(),
		unseen: new Map<string, number>(),
	};
	for (const container of containers) {
		const failed = tests.filter(([, test]) => !test(container)).map(([facet]) => facet);
		if (failed.length > 1) continue;
		const [only] = failed;
		const counts = (facet: keyof ContainerFilter) => only === undefined || only === facet;
		if (counts("states")) add(facets.states, container.state);
		if (counts("rejected") && container.rejected > container.ignored) facets.rejected += 1;
		if (counts("storage")) for (const storage of container.storages) add(facets.storage, storage);
		if (counts("kind")) add(facets.kind, container.kind);
		if (counts("schedule")) add(facets.schedule, scheduleFacet(container));
		if (counts("cause")) for (const cause of container.causes) add(facets.cause, cause);
		if (counts("unseen"))
			for (const choice of unseenChoices) if (isUnseen(container, choice, now)) add(facets.unseen, choice);
	}
	return facets;
}

function add<K>(counts: Map<K, number>, key: K): void {
	counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** One test for each facet that is set. */
function testsOf(filter: ContainerFilter, now: number): Partial<Record<keyof ContainerFilter, Test>> {
	const { search, states, rejected, storage, kind, schedule, cause, unseen } = filter;
	const words = search.toLowerCase().split(/\s+/).filter(Boolean);
	return {
		...(words.length > 0 && {
			search: ({ id, title }) => {
				const text = `${id} ${title}`.toLowerCase();
				return words.every((word) => text.includes(word));
			},
		}),
		...(states.length > 0 && { states: ({ state }) => states.includes(state) }),
		...(rejected && { rejected: (container) => container.rejected > container.ignored }),
		...(storage !== null && { storage: ({ storages }) => storages.includes(storage) }),
		...(kind !== null && { kind: (container) => container.kind === kind }),
		...(schedule !== null && { schedule: (container) => scheduleFacet(container) === schedule }),
		...(cause !== null && { cause: ({ causes }) => causes.includes(cause) }),
		...(unseen !== null && { unseen: (container) => isUnseen(container, unseen, now) }),
	};
}

export function scheduleFacet({ schedule }: Pick<ContainerView, "schedule">): ScheduleFacet {
	return schedule === null ? "by hand" : schedule.isDefault ? "default" : "own";
}

function isUnseen({ asOf }: ContainerView, unseen: string, now: number): boolean {
	return asOf === null || Date.parse(asOf) < now - (unseenHours(unseen) ?? 0) * 3_600_000;
}

/** null: it is no duration of hours or days. */
export function unseenHours(text: string): number | null {
	const [, number, unit] = /^(\d{1,5})([hd])$/.exec(text) ?? [];
	return number === undefined ? null : Number(number) * (unit === "d" ? 24 : 1);
}
