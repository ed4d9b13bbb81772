import { z } from "zod";

/**
 * How to reach a storage, without its name: one schema per kind. Imports nothing of Node, so that forms can use it.
 * Fields named in `secretFields` are sealed at rest and never shown again.
 */

const noNul = (text: string) => !text.includes("\0");
/** Text for a command or header line, which must not be able to end the line. */
const oneLine = z
	.string()
	.max(1000)
	.regex(/^[^\0\r\n]*$/, "Enter one line of text");
const host = z
	.string()
	.trim()
	.min(1, "Enter a host such as ftp.example.org")
	.max(255)
	.regex(
		/^([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9.])?|\[?[0-9A-Fa-f:.]+\]?)$/,
		"Enter a host name or an IP address without protocol, port or path",
	);
const port = z.int().min(1).max(65_535);
const secret = z.string().min(1).max(20_000).refine(noNul, "A secret cannot contain a NUL character");
const remoteRoot = z
	.string()
	.regex(/^\/[^\0\r\n]*$/, "Enter an absolute path on the server, such as /pub")
	.default("/");
/** Stops validation at text that is no address at all. */
const url = z
	.url({ protocol: /^https?$/, error: "Enter an address that begins with http:// or https://", abort: true })
	.refine(
		(text) => {
			const { username, password, hash } = new URL(text);
			return username === "" && password === "" && hash === "";
		},
		{ error: "Enter user and password in their own fields, and leave out “#”", abort: true },
	);

/** `20:00-06:00` */
export const hoursPattern = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

/** When a storage may be used. */
const opening = {
	/** From the first time until the second, each day; default: always. */
	hours: z.string().regex(hoursPattern, "Enter two times of day, such as 20:00-06:00").optional(),
	/** The zone of their clocks, an IANA time zone; default: UTC. */
	timeZone: z.string().max(100).refine(isTimeZone, "Enter a time zone such as Europe/Vienna").optional(),
};

function isTimeZone(text: string): boolean {
	try {
		new Intl.DateTimeFormat("en", { timeZone: text });
		return text !== "";
	} catch {
		return false;
	}
}

/** Folders as a list shows them (`given-list/`), not the storage's own listings. */
const given = {
	/** A file of the storage, or, where the path is absolute, of the machine that runs the workers. */
	list: z
		.string()
		.trim()
		.min(1)
		.max(4000)
		.refine(noNul)
		.refine((path) => !path.split(/[\\/]/).includes(".."), "A list's path cannot have “..” in it")
		.optional(),
	/** What the paths in the list begin with, if they are not below the storage's root already. */
	listPrefix: z.string().max(4000).refine(noNul).optional(),
};

/** How much of a server eosync may use; each kind of storage has its defaults. */
const limits = {
	...opening,
	/** Requests or connections at once. */
	parallel: z.int().min(1).max(64).optional(),
	requestsPerSecond: z.number().positive().max(10_000).optional(),
	/** Seconds without an answer until a call is given up. */
	timeout: z.number().min(1).max(3600).optional(),
};

/** A folder of this machine, or of a network share mounted there. */
export const localConfig = z.strictObject({
	type: z.literal("local"),
	root: z
		.string()
		.regex(/^(\/|[A-Za-z]:[\\/])/, "Enter an absolute path, such as /data/archive")
		.refine(noNul, "A path cannot contain a NUL character"),
	...given,
	...opening,
});
export type LocalConfig = z.infer<typeof localConfig>;

export const ftpConfig = z.strictObject({
	type: z.literal("ftp"),
	host,
	/** Default: 21, with implicit TLS 990. */
	port: port.optional(),
	user: oneLine.default("anonymous"),
	password: secret.and(oneLine).optional(),
	root: remoteRoot,
	tls: z.enum(["none", "explicit", "implicit"]).default("none"),
	/** false: a self-signed certificate is accepted; only for servers in your own network. */
	verifyCertificate: z.boolean().default(true),
	/** `off` for servers whose MLSD or EPSV is announced but broken. */
	mlsd: z.enum(["auto", "off"]).default("auto"),
	epsv: z.enum(["auto", "off"]).default("auto"),
	...given,
	...limits,
});
export type FtpConfig = z.infer<typeof ftpConfig>;

export const sftpConfig = z.strictObject({
	type: z.literal("sftp"),
	host,
	port: port.default(22),
	user: oneLine.min(1, "Enter a user"),
	password: secret.optional(),
	/** OpenSSH or PEM. */
	privateKey: secret.optional(),
	passphrase: secret.optional(),
	/** `SHA256:…` as ssh-keygen prints it; remembered at the first connection when not given, and then required. */
	hostKey: z
		.string()
		.regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "Enter the fingerprint as ssh-keygen -l prints it: SHA256:…")
		.optional(),
	root: remoteRoot,
	...given,
	...limits,
});
export type SftpConfig = z.infer<typeof sftpConfig>;

export const s3Config = z.strictObject({
	type: z.literal("s3"),
	bucket: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.\-_:]{1,254}$/, "Enter the name of a bucket"),
	/** Keys below it are the storage; without leading or trailing slash. */
	prefix: z
		.string()
		.max(1000)
		.transform((prefix) => prefix.replace(/^\/+|\/+$/g, ""))
		.refine(noNul)
		.default(""),
	region: oneLine.min(1).default("us-east-1"),
	/** null: Amazon's own. */
	endpoint: url.optional(),
	pathStyle: z.boolean().default(false),
	/** `chain`: environment, profile, instance role, as every AWS tool looks for them. */
	credentials: z.enum(["chain", "keys", "anonymous"]).default("chain"),
	accessKeyId: oneLine.min(1).optional(),
	secretAccessKey: secret.optional(),
	sessionToken: secret.optional(),
	requesterPays: z.boolean().default(false),
	/** Folders as S3 Inventory shows them: where inventories are delivered, `s3://BUCKET/PREFIX`, or a prefix in the same bucket. */
	inventory: z
		.string()
		.trim()
		.max(1100)
		.regex(/^(s3:\/\/[A-Za-z0-9][A-Za-z0-9.\-_:]{1,254}\/)?[^/\0][^\0]*$/, "Enter s3://BUCKET/PREFIX, or a prefix")
		.optional(),
	...given,
	...limits,
});
export type S3Config = z.infer<typeof s3Config>;

export const httpConfig = z.strictObject({
	type: z.literal("http"),
	/** The root: nothing outside it is ever requested. */
	url: url.refine((text) => new URL(text).search === "", { error: "Enter an address without “?”: the root of a tree" }),
	/** How folders are listed: nginx's JSON, an HTML index, or WebDAV; `auto` finds out. */
	listing: z.enum(["auto", "json", "html", "webdav"]).default("auto"),
	user: oneLine.optional(),
	password: secret.optional(),
	/** Sent as `Authorization: Bearer`. */
	token: secret.and(oneLine).optional(),
	...given,
	...limits,
});
export type HttpConfig = z.infer<typeof httpConfig>;

export const rasdamanConfig = z.strictObject({
	type: z.literal("rasdaman"),
	/** Of petascope, up to and without `/rasdaman`. */
	url,
	user: oneLine.default("rasguest"),
	password: secret.and(oneLine).optional(),
	/** Collections with their arrays (rasql), georeferenced coverages (WCS), or both. */
	show: z.enum(["all", "collections", "coverages"]).default("all"),
	/** Compare each coverage's array as well: notices a coverage that was imported anew, for three queries per coverage and listing. */
	coverageArrays: z.boolean().default(false),
	...limits,
});
export type RasdamanConfig = z.infer<typeof rasdamanConfig>;

export const storageConfig = z.discriminatedUnion("type", [
	localConfig,
	ftpConfig,
	sftpConfig,
	s3Config,
	httpConfig,
	rasdamanConfig,
]);
export type StorageConfig = z.infer<typeof storageConfig>;

/** Fields of each kind that are kept sealed, and never leave the server. */
export const secretFields = {
	local: [],
	ftp: ["password"],
	sftp: ["password", "privateKey", "passphrase"],
	s3: ["secretAccessKey", "sessionToken"],
	http: ["password", "token"],
	rasdaman: ["password"],
} as const satisfies Record<StorageConfig["type"], readonly string[]>;
