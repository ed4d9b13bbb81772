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
	)
	.describe("The name or IP address of the server.");
const port = z.int().min(1).max(65_535);
/** Of secrets. */
const secretIsKept = "Kept sealed, never shown. Left out: the stored one stays; null removes it.";
const secret = z.string().min(1).max(20_000).refine(noNul, "A secret cannot contain a NUL character");
const remoteRoot = z
	.string()
	.regex(/^\/[^\0\r\n]*$/, "Enter an absolute path on the server, such as /pub")
	.default("/")
	.describe("An absolute path on the server, below which everything is.");
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

/** When a storage may be used, and is looked at. */
const opening = {
	hours: z
		.string()
		.regex(hoursPattern, "Enter two times of day, such as 20:00-06:00")
		.optional()
		.describe('When it may be used, each day: "20:00-06:00"; left out: always.'),
	timeZone: z
		.string()
		.max(100)
		.refine(isTimeZone, "Enter a time zone such as Europe/Vienna")
		.optional()
		.describe("The IANA time zone of hours; default: UTC."),
	coverage: z
		.enum(["nightly", "off"])
		.optional()
		.describe(
			"Whether a worker looks each night at what lies in it and in no container; default: at local storages of less than a million entries.",
		),
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
	list: z
		.string()
		.trim()
		.min(1)
		.max(4000)
		.refine(noNul)
		.refine((path) => !path.split(/[\\/]/).includes(".."), "A list's path cannot have “..” in it")
		.optional()
		.describe(
			"A list of its files instead of its own listings: a path on the storage, or an absolute one on the workers' machine.",
		),
	listPrefix: z
		.string()
		.max(4000)
		.refine(noNul)
		.optional()
		.describe("What the paths in the list begin with, if they are not below the storage's root already."),
};

/** What an address may begin with that others are told. */
const hrefPattern = /^(https?|s3|gs|az|abfss?|ftps?|sftp|file):\/\/[^\s@\\"<>]*$/;

/** Where others get the files of a storage whose containers are published. */
const published = {
	href: z
		.string()
		.trim()
		.max(2000)
		.regex(hrefPattern, "Enter an address such as https://cdn.example.org/{path}, without user and password")
		.refine((text) => /\{(path|key)\}/.test(text), "Write {path} where the file's path belongs, or {key}")
		.refine(
			(text) => !/[{}]/.test(text.replaceAll(/\{(path|key|bucket)\}/g, "")),
			"Only {path}, {key} and {bucket} may stand in braces",
		)
		.optional()
		.describe(
			"Where others get its files: https://cdn.example.org/{path}; {path} is below the root, {key} an S3 key, {bucket} its bucket.",
		),
};

/** How much of a server eosync may use; each kind of storage has its defaults. */
const limits = {
	...opening,
	...published,
	parallel: z.int().min(1).max(64).optional().describe("How many requests or connections there are at once, at most."),
	requestsPerSecond: z
		.number()
		.positive()
		.max(10_000)
		.optional()
		.describe("How many requests a second there are, at most."),
	timeout: z.number().min(1).max(3600).optional().describe("Seconds without an answer until a call is given up."),
};

/** A folder of this machine, or of a network share mounted there. */
export const localConfig = z.strictObject({
	type: z.literal("local").describe("A folder of this machine, or of a network share mounted there."),
	root: z
		.string()
		.regex(/^(\/|[A-Za-z]:[\\/])/, "Enter an absolute path, such as /data/archive")
		.refine(noNul, "A path cannot contain a NUL character")
		.describe("The folder; a relative path is relative to the configuration file."),
	...given,
	...opening,
	...published,
});
export type LocalConfig = z.infer<typeof localConfig>;

export const ftpConfig = z.strictObject({
	type: z.literal("ftp").describe("An FTP server."),
	host,
	port: port.optional().describe("Default: 21, with implicit TLS 990."),
	user: oneLine.default("anonymous").describe("The user it signs in as."),
	password: secret.and(oneLine).optional().describe(secretIsKept),
	root: remoteRoot,
	tls: z
		.enum(["none", "explicit", "implicit"])
		.default("none")
		.describe("Whether the connection is encrypted, and how."),
	verifyCertificate: z
		.boolean()
		.default(true)
		.describe("false: a self-signed certificate is accepted; only for servers in your own network."),
	mlsd: z.enum(["auto", "off"]).default("auto").describe("off for servers whose MLSD is announced but broken."),
	epsv: z.enum(["auto", "off"]).default("auto").describe("off for servers whose EPSV is announced but broken."),
	...given,
	...limits,
});
export type FtpConfig = z.infer<typeof ftpConfig>;

export const sftpConfig = z.strictObject({
	type: z.literal("sftp").describe("An SSH server."),
	host,
	port: port.default(22).describe("The port of the SSH server."),
	user: oneLine.min(1, "Enter a user").describe("The user it signs in as."),
	password: secret.optional().describe(secretIsKept),
	privateKey: secret.optional().describe(`A private key, OpenSSH or PEM. ${secretIsKept}`),
	passphrase: secret.optional().describe(`The private key's passphrase. ${secretIsKept}`),
	hostKey: z
		.string()
		.regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "Enter the fingerprint as ssh-keygen -l prints it: SHA256:…")
		.optional()
		.describe(
			"SHA256:… as ssh-keygen -l prints it; left out, it is remembered at the first connection, and then required.",
		),
	root: remoteRoot,
	...given,
	...limits,
});
export type SftpConfig = z.infer<typeof sftpConfig>;

export const s3Config = z.strictObject({
	type: z.literal("s3").describe("A bucket of an object store."),
	bucket: z
		.string()
		.regex(/^[A-Za-z0-9][A-Za-z0-9.\-_:]{1,254}$/, "Enter the name of a bucket")
		.describe("The bucket."),
	prefix: z
		.string()
		.max(1000)
		.transform((prefix) => prefix.replace(/^\/+|\/+$/g, ""))
		.refine(noNul)
		.default("")
		.describe("Keys below it are the storage."),
	region: oneLine.min(1).default("us-east-1").describe("The region of the bucket."),
	endpoint: url.optional().describe("The address of a server that is not Amazon's."),
	pathStyle: z.boolean().default(false).describe("The bucket is in the path of addresses, not in their host name."),
	credentials: z
		.enum(["chain", "keys", "anonymous"])
		.default("chain")
		.describe(
			"chain: environment, profile, instance role, as every AWS tool looks for them; keys: those below; anonymous: none.",
		),
	accessKeyId: oneLine.min(1).optional().describe("The access key's ID, with credentials: keys."),
	secretAccessKey: secret.optional().describe(secretIsKept),
	sessionToken: secret.optional().describe(secretIsKept),
	requesterPays: z.boolean().default(false).describe("Requests are paid by who makes them."),
	sign: z
		.int()
		.min(60)
		.max(604_800)
		.optional()
		.describe("Published files get addresses that are signed with its keys and good for so many seconds."),
	inventory: z
		.string()
		.trim()
		.max(1100)
		.regex(/^(s3:\/\/[A-Za-z0-9][A-Za-z0-9.\-_:]{1,254}\/)?[^/\0][^\0]*$/, "Enter s3://BUCKET/PREFIX, or a prefix")
		.optional()
		.describe(
			"Folders as S3 Inventory shows them: where inventories are delivered, s3://BUCKET/PREFIX, or a prefix in the same bucket.",
		),
	...given,
	...limits,
});
export type S3Config = z.infer<typeof s3Config>;

export const httpConfig = z.strictObject({
	type: z.literal("http").describe("A tree of folders on a web server."),
	url: url
		.refine((text) => new URL(text).search === "", { error: "Enter an address without “?”: the root of a tree" })
		.describe("The address of its root; nothing outside it is ever requested."),
	listing: z
		.enum(["auto", "json", "html", "webdav"])
		.default("auto")
		.describe("How folders are listed: nginx's JSON, an HTML index, or WebDAV; auto finds out."),
	user: oneLine.optional().describe("The user of basic authentication."),
	password: secret.optional().describe(secretIsKept),
	token: secret.and(oneLine).optional().describe(`Sent as Authorization: Bearer. ${secretIsKept}`),
	...given,
	...limits,
});
export type HttpConfig = z.infer<typeof httpConfig>;

export const rasdamanConfig = z.strictObject({
	type: z.literal("rasdaman").describe("An array database."),
	url: url.describe("The address of petascope, up to and without /rasdaman."),
	user: oneLine.default("rasguest").describe("The user it signs in as."),
	password: secret.and(oneLine).optional().describe(secretIsKept),
	show: z
		.enum(["all", "collections", "coverages"])
		.default("all")
		.describe("Collections with their arrays (rasql), georeferenced coverages (WCS), or both."),
	coverageArrays: z
		.boolean()
		.default(false)
		.describe(
			"Compare each coverage's array as well: notices one that was imported anew, for three queries per coverage and listing.",
		),
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
