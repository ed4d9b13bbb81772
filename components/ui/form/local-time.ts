const dayMs = 86_400_000;

/**
 * The instant at which the clocks of the zone show what a field without a zone has, `2026-10-25T02:30`. A time that they show twice is the
 * first of the two, one that they leave out is moved on by the gap.
 */
export function instantOfLocal(local: string, zone: string): string {
	const asUtc = Date.parse(`${local}Z`);
	if (Number.isNaN(asUtc)) return local;
	const before = asUtc - offsetAt(asUtc - dayMs, zone);
	const after = asUtc - offsetAt(asUtc + dayMs, zone);
	const shown = [before, after].filter((utc) => utc + offsetAt(utc, zone) === asUtc);
	return new Date(shown.length > 0 ? Math.min(...shown) : before).toISOString().replace(".000Z", "Z");
}

/** Milliseconds that the clocks of the zone are ahead of UTC. */
function offsetAt(utc: number, zone: string): number {
	const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
	const name = format.formatToParts(utc).find(({ type }) => type === "timeZoneName")?.value ?? "";
	const [, sign, hours, minutes, seconds = "0"] = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name) ?? [];
	if (sign === undefined) return 0;
	const ahead = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
	return sign === "-" ? -ahead : ahead;
}
