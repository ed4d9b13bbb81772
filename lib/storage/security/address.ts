import type { StorageConfig } from "#lib/storage/config.ts";

/** Where a storage is, on one line for people: a folder, or an address without anything secret. Client-safe. */
export function addressOf(config: StorageConfig): string {
	switch (config.type) {
		case "local":
			return config.root;
		case "ftp": {
			const user = config.user === "anonymous" ? "" : `${config.user}@`;
			const protocol = config.tls === "none" ? "ftp" : config.tls === "explicit" ? "ftpes" : "ftps";
			return `${protocol}://${user}${hostAndPort(config)}${config.root}`;
		}
		case "sftp":
			return `sftp://${config.user}@${hostAndPort({ ...config, port: config.port === 22 ? undefined : config.port })}${config.root}`;
		case "s3": {
			const at = config.endpoint === undefined ? "" : ` at ${config.endpoint}`;
			return `s3://${config.bucket}/${config.prefix}${at}`;
		}
		case "http":
		case "rasdaman":
			return config.url;
	}
}

/**
 * The part of a configuration that decides where its secrets are sent: host, port, encryption. While it stays the same, secrets may be
 * kept; when it changes they must be entered again, or users who may edit a storage could send them to a server of theirs.
 */
export function secretsGoTo(config: StorageConfig): string {
	switch (config.type) {
		case "local":
			return "local";
		case "ftp":
			return JSON.stringify(["ftp", config.host, config.port ?? null, config.tls, config.verifyCertificate]);
		case "sftp":
			return JSON.stringify(["sftp", config.host, config.port]);
		case "s3":
			return JSON.stringify(["s3", config.endpoint ?? null, config.region]);
		case "http":
		case "rasdaman":
			return JSON.stringify([config.type, config.url]);
	}
}

function hostAndPort({ host, port }: { readonly host: string; readonly port?: number | undefined }): string {
	const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
	return port === undefined ? name : `${name}:${port}`;
}
