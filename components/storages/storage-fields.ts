import type { StorageType } from "#lib/storage/storage.ts";

/** One field of a storage's form. Its name is that of the configuration, in `lib/storage/config.ts`. */
export interface StorageField {
	readonly name: string;
	readonly label: string;
	readonly hint?: string;
	readonly placeholder?: string;
	/** Default: one line of text, `mono` for addresses and paths. */
	readonly kind?: "mono" | "number" | "switch" | "secret" | "secret-lines" | "host-key";
	/** A choice: what is shown, by value; the first is the default. */
	readonly options?: Readonly<Record<string, string>>;
	/** Of a switch. */
	readonly initial?: "yes" | "no";
	/** Columns of six; default: all. */
	readonly span?: 2 | 3 | 4;
	/** Shown behind one click: its default suits most. */
	readonly isFurther?: boolean;
	/** Only where another field has this value, not its default. */
	readonly when?: readonly [field: string, value: string];
}

export const storageTypeLabels: Readonly<Record<StorageType, string>> = {
	local: "Local folder",
	ftp: "FTP",
	sftp: "SFTP",
	s3: "S3",
	http: "HTTP / WebDAV",
	rasdaman: "rasdaman",
};

const host = { name: "host", label: "Host", kind: "mono", span: 4 } as const;
const port = { name: "port", label: "Port", kind: "number", span: 2 } as const;
const user = { name: "user", label: "User", span: 3 } as const;
const password = { name: "password", label: "Password", kind: "secret", span: 3 } as const;
const folder = {
	name: "root",
	label: "Folder",
	kind: "mono",
	placeholder: "/",
	hint: "Absolute path on the server. Sources are below it.",
} as const;

/** When it may be used. */
const opening: readonly StorageField[] = [
	{
		name: "hours",
		label: "Hours",
		span: 3,
		placeholder: "20:00-06:00",
		hint: "Only then it is used by schedules and watches. Empty: always.",
		isFurther: true,
	},
	{ name: "timeZone", label: "Time zone of the hours", span: 3, placeholder: "UTC", isFurther: true },
	{
		name: "coverage",
		label: "Look each night what is in no container",
		options: { "": "Local ones of less than a million entries", nightly: "Yes", off: "No" },
		isFurther: true,
	},
];

/** Folders as a list shows them. */
const given: readonly StorageField[] = [
	{
		name: "list",
		label: "List of its files",
		kind: "mono",
		span: 3,
		placeholder: "lists/archive.txt.gz",
		hint: "A file below its root, or an absolute path on the workers' machine: folders are not listed, but taken from it.",
		isFurther: true,
	},
	{
		name: "listPrefix",
		label: "What its paths begin with",
		kind: "mono",
		span: 3,
		placeholder: "/gpfs/archive",
		hint: "Cut off; other paths are left out.",
		isFurther: true,
	},
];

/** Where others get its files, once a container is published. */
const published: StorageField = {
	name: "href",
	label: "Address of published files",
	kind: "mono",
	placeholder: "https://cdn.example.org/{path}",
	hint: "{path} is a file's path below the root; {key} and {bucket} are S3's. Empty: S3 and web addresses as they are, all else comes from eosync.",
	isFurther: true,
};

/** How much of the server may be used; empty: what suits its kind. */
const limits: readonly StorageField[] = [
	{ name: "parallel", label: "Requests at once", kind: "number", span: 2, placeholder: "Automatic" },
	{ name: "requestsPerSecond", label: "Requests per second", kind: "number", span: 2, placeholder: "Unlimited" },
	{ name: "timeout", label: "Time-out (seconds)", kind: "number", span: 2, placeholder: "Automatic" },
]
	.map((field) => ({ ...field, isFurther: true }) as StorageField)
	.concat(opening, published);

const automatic = { auto: "Automatic", off: "Off" };

export const fieldsByType: Readonly<Record<StorageType, readonly StorageField[]>> = {
	local: [
		{
			...folder,
			placeholder: "/data/archive",
			hint: "Absolute path on the machine that runs the workers, or of a network share mounted there. Sources are below it.",
		},
		...given,
		...opening,
		published,
	],
	ftp: [
		{ ...host, placeholder: "ftp.example.org" },
		{ ...port, placeholder: "21" },
		{ ...user, placeholder: "anonymous" },
		password,
		folder,
		{
			name: "tls",
			label: "Encryption",
			options: { none: "None", explicit: "Explicit TLS (AUTH TLS)", implicit: "Implicit TLS (port 990)" },
			hint: "Without it the password is sent unencrypted.",
		},
		{
			name: "verifyCertificate",
			label: "Verify the server's certificate",
			kind: "switch",
			initial: "yes",
			hint: "Turn off only for a server of your own with a self-signed certificate.",
			isFurther: true,
		},
		{
			name: "mlsd",
			label: "MLSD",
			options: automatic,
			span: 3,
			hint: "Turn off if listings of this server fail.",
			isFurther: true,
		},
		{
			name: "epsv",
			label: "EPSV",
			options: automatic,
			span: 3,
			hint: "Turn off if a firewall blocks the connections.",
			isFurther: true,
		},
		...given,
		...limits,
	],
	sftp: [
		{ ...host, placeholder: "sftp.example.org" },
		{ ...port, placeholder: "22" },
		user,
		{ ...password, hint: "Or a private key." },
		{
			name: "privateKey",
			label: "Private key",
			kind: "secret-lines",
			placeholder: "-----BEGIN OPENSSH PRIVATE KEY-----",
			hint: "OpenSSH or PEM.",
		},
		{ name: "passphrase", label: "Passphrase", kind: "secret", hint: "For the private key, if it has one." },
		folder,
		{
			name: "hostKey",
			label: "Host key",
			kind: "host-key",
			placeholder: "Learned at the first connection",
			hint: "As ssh-keygen -l prints it. Another key than this one is refused.",
		},
		...given,
		...limits,
	],
	s3: [
		{ name: "bucket", label: "Bucket", kind: "mono", span: 3, placeholder: "eo-data" },
		{
			name: "prefix",
			label: "Prefix",
			kind: "mono",
			span: 3,
			placeholder: "sentinel2/l1c",
			hint: "Sources are below it.",
		},
		{
			name: "endpoint",
			label: "Endpoint",
			kind: "mono",
			placeholder: "Amazon S3",
			hint: "https://… of another provider.",
		},
		{ name: "region", label: "Region", kind: "mono", span: 3, placeholder: "us-east-1" },
		{
			name: "credentials",
			label: "Credentials",
			span: 3,
			options: { chain: "This machine's", keys: "Keys given here", anonymous: "None (public bucket)" },
			hint: "This machine's come from its environment, profile or instance role.",
		},
		{ name: "accessKeyId", label: "Access key ID", kind: "mono", span: 3, when: ["credentials", "keys"] },
		{ name: "secretAccessKey", label: "Secret access key", kind: "secret", span: 3, when: ["credentials", "keys"] },
		{ name: "sessionToken", label: "Session token", kind: "secret", when: ["credentials", "keys"], isFurther: true },
		{
			name: "pathStyle",
			label: "Path style",
			kind: "switch",
			initial: "no",
			hint: "Bucket in the path, not in the host name: most servers other than Amazon's need it.",
			isFurther: true,
		},
		{
			name: "requesterPays",
			label: "Requester pays",
			kind: "switch",
			initial: "no",
			hint: "You agree to be charged for requests and transfer.",
			isFurther: true,
		},
		{
			name: "sign",
			label: "Sign addresses of published files for (seconds)",
			kind: "number",
			span: 3,
			placeholder: "Not signed",
			hint: "Whoever reads an item may then fetch its files for so long, without keys of their own.",
			isFurther: true,
		},
		{
			name: "inventory",
			label: "S3 Inventory",
			kind: "mono",
			placeholder: "s3://inventories/eo-data/daily",
			hint: "Where inventories (CSV) are delivered: folders are not listed, but taken from the newest.",
			isFurther: true,
		},
		...given,
		...limits,
	],
	http: [
		{
			name: "url",
			label: "Address",
			kind: "mono",
			placeholder: "https://eo.example.org/data/",
			hint: "The root: nothing outside it is ever requested.",
		},
		{ ...user, hint: "Leave empty if there is no sign-in." },
		password,
		{ name: "token", label: "Bearer token", kind: "secret", hint: "Instead of user and password." },
		{
			name: "listing",
			label: "Listing",
			options: { auto: "Automatic", json: "JSON index (nginx)", html: "HTML index (nginx, Apache)", webdav: "WebDAV" },
			hint: "How folders are listed.",
			isFurther: true,
		},
		...given,
		...limits,
	],
	rasdaman: [
		{
			name: "url",
			label: "Address",
			kind: "mono",
			placeholder: "https://ows.example.org:8080",
			hint: "Address of petascope, without /rasdaman. An array that is overwritten in place looks unchanged.",
		},
		{ ...user, placeholder: "rasguest" },
		password,
		{
			name: "show",
			label: "Show",
			options: { all: "Collections and coverages", collections: "Collections (rasql)", coverages: "Coverages (WCS)" },
		},
		{
			name: "coverageArrays",
			label: "Compare the arrays of coverages",
			kind: "switch",
			initial: "no",
			hint: "Notices coverages that were imported again; costs three queries per coverage and listing.",
			isFurther: true,
		},
		...limits,
	],
};
