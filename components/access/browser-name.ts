const browsers = [
	["Edg", "Edge"],
	["OPR", "Opera"],
	["Firefox", "Firefox"],
	["Chrome", "Chrome"],
	["Safari", "Safari"],
] as const;

const systems = [
	["Android", "Android"],
	["iPhone|iPad", "iOS"],
	["Windows", "Windows"],
	["Mac OS X", "macOS"],
	["Linux", "Linux"],
] as const;

/** The browser in words, from its `User-Agent`: `Firefox on Linux`. */
export function browserName(userAgent: string | null): string {
	if (userAgent === null) return "Unknown program";
	const find = (names: readonly (readonly [string, string])[]) =>
		names.find(([pattern]) => new RegExp(`(?:${pattern})`).test(userAgent))?.[1];
	const browser = find(browsers) ?? userAgent.split(/[/\s]/)[0]?.slice(0, 40);
	const system = find(systems);
	return system === undefined ? (browser ?? "Unknown program") : `${browser} on ${system}`;
}
