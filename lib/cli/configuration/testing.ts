/** For tests: random configurations with odd texts, in which every key occurs sometimes. One seed always gives the same one. */

export interface RandomConfiguration {
	readonly storages: readonly Readonly<Record<string, unknown>>[];
	readonly containers: readonly Readonly<Record<string, unknown>>[];
	readonly targets: readonly Readonly<Record<string, unknown>>[];
	readonly schedule?: unknown;
	readonly backup?: unknown;
}

export function randomSource(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

const texts = [
	"x",
	"ü 𝄞 'quoted\" #",
	"$\u0024{NAME} \u0024\u0024{A}",
	"yes",
	"12",
	"~",
	"0x1F",
	"1e3",
	"2001-01-01",
	" two  spaces ",
	"line\nbreak",
	"- a: b",
	"@",
	"{x}",
	"!tag",
	"&anchor",
	"*alias",
	"? key",
	"| block",
	"%percent",
	"a: b # c",
	"‮rtl",
] as const;

export function randomConfiguration(seed: number): RandomConfiguration {
	const next = randomSource(seed);
	const pick = <T>(...of: readonly T[]): T => of[next(of.length)] as T;
	const some = (values: Readonly<Record<string, unknown>>) =>
		Object.fromEntries(Object.entries(values).filter(() => next(2) === 0));
	const opening = {
		hours: "20:00-06:00",
		timeZone: "Europe/Vienna",
		coverage: pick("nightly", "off"),
		href: "https://cdn.example.org/{path}",
	};
	const given = { list: "a/list.txt", listPrefix: "/gpfs/archive" };
	const limits = { ...opening, parallel: 3, requestsPerSecond: 2.5, timeout: 2.5 };
	const storages = [
		{ name: "archive", type: "local", root: pick("/data", "/data/ü", "/"), ...some({ ...opening, ...given }) },
		{
			name: "ftp",
			type: "ftp",
			host: "h.example",
			...some({ ...limits, ...given, port: 2121, user: "eo", password: "pw", root: "/pub", tls: "explicit" }),
			...some({ verifyCertificate: false, mlsd: "off", epsv: "off" }),
		},
		{
			name: "ssh",
			type: "sftp",
			host: "h.example",
			user: "eo",
			...some({ ...limits, ...given, port: 22, root: "/x", password: "pw", privateKey: "sk", passphrase: "pw" }),
			...some({ hostKey: `SHA256:${"A".repeat(43)}` }),
		},
		{
			name: "bucket",
			type: "s3",
			bucket: "eo",
			...some({ ...limits, ...given, prefix: "/a/b/", endpoint: "http://s3.example:9000", pathStyle: true }),
			...some({ region: "eu-central-1", requesterPays: true, sign: 3600, inventory: "s3://inventories/scenes" }),
			...some({ credentials: "keys", accessKeyId: "AK", secretAccessKey: "sk", sessionToken: "sk" }),
		},
		{
			name: "web",
			type: "http",
			url: "http://web.example/x/",
			...some({ ...limits, ...given, listing: "html", user: "u", password: "pw", token: "pw" }),
		},
		{
			name: "ras",
			type: "rasdaman",
			url: "http://ras.example",
			...some({ ...limits, show: "coverages", coverageArrays: true, user: "u", password: "pw" }),
		},
	].filter(() => next(4) > 0);
	const source = () => ({
		storage: pick(...storages).name,
		include: [pick("*.tif", "a/**/*.{tif,tiff}")],
		...some({
			path: pick("a", "/a/b/"),
			exclude: ["*_tmp.tif"],
			metadata: pick<readonly string[]>([], ["{stem}.xml"], ["{stem}_MTL.txt"]),
			rangeType: pick(...texts),
			fileName: "(?<begin>\\d{8})",
			timeZone: "Europe/Vienna",
			symlinks: "follow",
			marker: ".mounted",
			checksum: true,
			stableFor: 60,
			watch: true,
		}),
		...(next(4) === 0 ? { metadataStorage: pick(...storages).name, metadataPath: "m/{folder}" } : {}),
	});
	const series = Array.from({ length: storages.length === 0 ? 0 : next(4) }, (_, index) => ({
		id: `${pick("A", "b", "Ü", "_")}${index}`,
		kind: "dataset-series",
		...some({
			title: pick(...texts),
			schedule: pick<unknown>(
				"0 3 * * *",
				"by hand",
				{ cron: "0 3 * * *", zone: "Europe/Vienna", kind: "check", verify: "1 %", jitter: 5 },
				{ cron: "0 4 * * 1", verify: 7 },
			),
			guard: pick<unknown>(
				{ maxRemovals: null, maxUpdates: 5 },
				{ maxRejections: "5 ‰" },
				{ emptied: "allow" },
				{ maxRemovals: "100%", maxUpdates: "0" },
				{},
			),
			removals: pick<unknown>({ looks: 2 }, { after: "24h" }, { looks: 3, after: 90 }, { looks: 1, after: "0s" }),
			retentionDays: pick(90, 30),
			rangeType: pick("RGB", ...texts),
			publish: { stac: pick("off", "token", "public") },
			sources: Array.from({ length: next(3) }, source),
		}),
	}));
	const mosaic = {
		id: "mosaic",
		kind: "rectified-stitched-mosaic",
		...some({
			grid: { crs: "EPSG:4326", origin: [11.6, -46.3], resolution: [0.1, 0.1], size: [5, 4] },
			rangeType: "RGB",
		}),
	};
	const containers = [...series, mosaic];
	const target = {
		name: pick("eox", "zweites-ß"),
		url: pick("postgres://eo@db.example/eox", "postgres://eo:pw@db.example:5433/eox?sslmode=require"),
		...some({
			type: "eoxserver",
			as: "product",
			schedule: pick<unknown>(null, "0 5 * * *", "0 4 * * 0"),
			rangeTypes: { [pick(...texts)]: "RGB", Byte_3: "RGBA" },
			storages: storages.length === 0 ? {} : { [pick(...storages).name]: pick("/mnt/a/", "s3://x/y", "/") },
			containers: pick<unknown>(null, [], ["mosaic"]),
			visible: {
				...some({ wcs: pick<readonly string[]>([], ["mosaics"]) }),
				...pick({ wms: "none", os: "none" }, {}),
			},
			password: "pw",
		}),
	};
	return {
		storages,
		containers,
		targets: next(2) === 0 ? [target] : [],
		...(next(2) === 0
			? {
					schedule: pick<unknown>(
						"0 3 * * *",
						{ cron: "0 3 * * *", zone: "Europe/Vienna", kind: "full", jitter: 5 },
						{ cron: "0 3 * * *", verify: "1%" },
					),
				}
			: {}),
		...(next(2) === 0
			? { backup: { folder: "/backup", cron: "30 4 * * *", ...some({ keep: next(9) + 1, zone: "Europe/Vienna" }) } }
			: {}),
	};
}
