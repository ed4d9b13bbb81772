import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isHeld } from "./held.ts";

interface Locked {
	readonly version?: string;
	readonly license?: string;
	readonly dev?: boolean;
	readonly optional?: boolean;
	readonly devOptional?: boolean;
	readonly link?: boolean;
}

/** The licences of all packages a release may hold parts of, as most of them ask for. */
export function licenceTexts(root: string, lock: { readonly packages: Readonly<Record<string, Locked>> }): string {
	const parts = Object.entries(lock.packages)
		.filter(
			([path, { dev, devOptional, optional, link }]) =>
				path !== "" && !(dev || devOptional || optional || link) && isHeld(nameOf(path)),
		)
		.map(([path, { version, license }]) => {
			const texts = licenceFiles(join(root, path)).map((file) => readFileSync(file, "utf8").trim());
			return `${nameOf(path)} ${version} (${license ?? "see its text"})\n\n${texts.join("\n\n") || "It brings no text of its licence."}\n`;
		});
	const line = "-".repeat(80);
	return `This program holds parts of the following packages.\n\n${parts.map((part) => `${line}\n${part}`).join("\n")}`;
}

function nameOf(path: string): string {
	return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

function licenceFiles(folder: string): readonly string[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder)
		.filter((name) => /^(licen[cs]e|copying|notice)(\.|-|$)/i.test(name))
		.map((name) => join(folder, name));
}
